//! Calls: arguments, and who is called.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall, Identifier};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::{
    Machine,
    api::may_be_request,
    attribute_dicts::is_attribute_dict,
    bounds::{MAX_WEIGHT, name_of},
    callables::{self, NAMESPACE, is_set_up},
    classes::own_class,
    command_line::{GROUP, NAMED_ARGUMENTS, PARSER},
    config_files,
    doubles::double_of,
    durations::DURATION,
    expressions::composed,
    formats::TEMPLATE,
    hf_arguments::{self, HF_PARSER, is_hf_parser},
    identity::{copied, deeply_copied},
    ini::SECTION,
    iterators::is_iterator,
    library,
    modules::MODULE,
    objects::{as_dict, positional, replaced},
    patterns::{MATCH, PATTERN},
    pending::is_of_event,
    presence::present_or,
    questions::is_of_texts,
    resting::as_sure_as,
    runners::{is_runner, is_runner_of, runs_functions},
    sdk_sessions::OF_VARIANTS,
    unfollowed::{given, head, is_unfollowed},
};
use crate::{
    graph::{
        fact::{Argument, Call, UNFOLLOWED_DEPLOY},
        guard::Formula,
        value::{Data, Entry, List, MAX_ENTRIES, Object, Piece, Reason, Unknown, Value, with_changed},
    },
    source::Place,
};

/// Arguments of a call, evaluated.
#[derive(Clone, Default)]
pub(super) struct Arguments {
    /// By position, until a `*` that could not be resolved.
    pub(super) positional: Vec<Argument>,
    /// By keyword, with what `**` brought; open where that could not be resolved.
    pub(super) named: Object,
}

impl Arguments {
    /// The argument with a name, or at a position.
    pub(super) fn get(&self, name: &str, position: usize) -> Option<&Value> {
        let named = self.named.entry(name).map(|entry| &entry.value);
        named.or_else(|| self.positional.get(position).map(|argument| &argument.value))
    }

    /// All that the call is given.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        let named = self.named.entries.iter().map(|entry| &entry.value);
        self.positional.iter().map(|argument| &argument.value).chain(named)
    }
}

impl<'a> Machine<'a> {
    pub(super) fn call(&mut self, call: &'a ExprCall) -> Value {
        let range = call.range();
        if let Expr::Attribute(method) = &*call.func {
            // A function or class of a module: `config.load()`.
            let known = self.lookup_dotted(&call.func).and_then(|path| Some(self.lookup(&path)?.value.clone()));
            if let Some(function) = known.filter(callables::is_callable) {
                let arguments = self.arguments(call);
                return self.call_known(&function, call, &arguments);
            }
            if let ("update", Expr::Attribute(of)) = (method.attr.as_str(), &*method.value)
                && of.attr.as_str() == "__dict__"
            {
                let arguments = self.arguments(call);
                return self.update_fields(&of.value, &arguments, range);
            }
            if let ("update", Expr::Attribute(of)) = (method.attr.as_str(), &*method.value)
                && matches!(of.attr.as_str(), "hyperparameters" | "_hyperparameters")
                && let Data::Reference(reference) = self.eval(&of.value).data
            {
                let arguments = self.arguments(call);
                self.update_hyperparameters(&reference.id, self.place(call.func.range()), &arguments);
                return Value::absent(self.place(range));
            }
            if method.attr.as_str() == "update" && self.is_namespace(&method.value) {
                let arguments = self.arguments(call);
                self.update_namespace(&method.value, &arguments, self.place(range));
                return Value::absent(self.place(range));
            }
            let base = self.eval(&method.value);
            if let (Expr::Name(name), Data::Unknown(Unknown { reason: Reason::External, .. })) =
                (&*method.value, &base.data)
            {
                self.calls_unbound |= self.lookup(name.id.as_str()).is_none();
            }
            if method.attr.as_str() == "update"
                && let Expr::Call(inner) = &*method.value
                && let Expr::Attribute(of) = &*inner.func
                && of.attr.as_str() == "hyperparameters"
                && let Data::Reference(reference) = self.eval(&of.value).data
            {
                let arguments = self.arguments(call);
                self.update_hyperparameters(&reference.id, self.place(call.func.range()), &arguments);
                return Value::absent(self.place(range));
            }
            return self.method(&base, call, &method.value, method.attr.as_str(), range);
        }
        let function = self.eval(&call.func);
        match &function.data {
            Data::Unknown(_) => self.unfollowed(call),
            Data::Symbol(symbol) if is_unfollowed(symbol) => {
                let answer = self.unfollowed(call);
                double_of(symbol, self.place(range)).unwrap_or(answer)
            }
            Data::Symbol(symbol) if &**symbol == "builtins.print" => self.printed(call),
            _ => {
                let arguments = self.arguments(call);
                self.call_known(&function, call, &arguments)
            }
        }
    }

    /// The call on each side of a condition, under that condition.
    pub(super) fn both_sides(
        &mut self,
        when: &Formula,
        then: &Value,
        otherwise: &Value,
        run: &mut dyn FnMut(&mut Self, &Value) -> Value,
    ) -> Value {
        let guard = self.guard.clone();
        self.guard = guard.and(when);
        let then = run(self, then);
        self.guard = guard.and(&when.negated());
        let otherwise = run(self, otherwise);
        self.guard = guard;
        Value::guarded(when, then, otherwise)
    }

    fn method(&mut self, base: &Value, call: &'a ExprCall, target: &'a Expr, name: &'a str, range: TextRange) -> Value {
        match &base.data {
            Data::Guarded(guarded) if !is_text(&guarded.then) => {
                let guarded = guarded.clone();
                self.both_sides(&guarded.when, &guarded.then, &guarded.otherwise, &mut |machine, base| {
                    machine.method(base, call, target, name, range)
                })
            }
            Data::Symbol(symbol) if is_unfollowed(symbol) && runs_functions(name) => {
                let arguments = self.arguments(call);
                let answer = self.run_by_method(name, &arguments, self.place(range));
                let unknown = self.handed_over(call, &arguments);
                answer.unwrap_or(unknown)
            }
            Data::Symbol(symbol) if is_unfollowed(symbol) && !is_runner_of(symbol, name) => {
                let answer = self.unfollowed(call);
                double_of(&format!("{symbol}.{name}"), self.place(range)).unwrap_or(answer)
            }
            Data::Symbol(symbol) => {
                let parts = [&**symbol, ".", name];
                let full = name_of(parts).unwrap_or_else(|| parts.concat().into());
                let arguments = self.arguments(call);
                self.call_symbol(&full, call, &arguments)
            }
            Data::Reference(reference) => {
                let arguments = self.arguments(call);
                let arguments = self.arguments_with_choices(&arguments).unwrap_or(arguments);
                self.object_method(&reference.id.clone(), name, call, &arguments)
            }
            Data::Text(_) | Data::Template(_) => {
                let arguments = self.arguments(call);
                if let Some(value) = self.path_method(base, name, &arguments, range) {
                    return as_sure_as(value, base);
                }
                let text = self.text_method(base, name, &arguments, range);
                let mut parts: Vec<&Value> = arguments.positional.iter().map(|argument| &argument.value).collect();
                parts.push(base);
                composed(text, &parts)
            }
            Data::Object(_) if is_set_up(base) => {
                let arguments = self.arguments(call);
                let answer = self.method_of_decorator(base, name, &arguments, self.place(range));
                answer.unwrap_or_else(|| self.outside(call, &arguments))
            }
            Data::Object(object) if object.class.as_deref() == Some(PARSER) => {
                let arguments = self.arguments(call);
                self.parser_method(base, name, &arguments, range)
            }
            Data::Object(object) if object.class.as_deref() == Some(HF_PARSER) => {
                let arguments = self.arguments(call);
                self.hf_parser_method(&object.clone(), name, &arguments, range)
            }
            Data::Object(object) if object.class.as_deref() == Some(GROUP) => {
                let arguments = self.arguments(call);
                self.group_method(&object.clone(), name, &arguments, range)
            }
            Data::Object(object) if object.class.as_deref() == Some(DURATION) => {
                let known = self.duration_method(base, name, self.place(range));
                known.unwrap_or_else(|| self.unfollowed(call))
            }
            Data::Object(parsed) if parsed.class.as_deref() == Some(NAMED_ARGUMENTS) => {
                let (arguments, parsed) = (self.arguments(call), parsed.clone());
                match parsed.entry(name).map(|entry| entry.value.clone()) {
                    Some(held) => self.call_known(&held, call, &arguments),
                    None => self.outside(call, &arguments),
                }
            }
            Data::Object(object) if object.class.as_deref() == Some(TEMPLATE) => {
                let arguments = self.arguments(call);
                self.template_method(object, name, &arguments, range)
            }
            Data::Object(object) if object.class.as_deref().is_some_and(is_attribute_dict) => {
                let arguments = self.arguments(call);
                self.attribute_dict_method(base, target, name, &arguments, range)
            }
            Data::Object(object) if let Some(class) = own_class(object) => {
                self.own_method(object, class, call, target, name)
            }
            Data::Object(fields) if fields.class.as_deref() == Some(NAMESPACE) => {
                let (arguments, fields) = (self.arguments(call), fields.clone());
                match (name, fields.entry(name).map(|entry| entry.value.clone())) {
                    (_, Some(held)) => self.call_known(&held, call, &arguments),
                    ("_replace", None) => replaced(&fields, &arguments, self.place(range)),
                    ("_asdict", None) => as_dict(&fields, self.place(range)),
                    _ => self.outside(call, &arguments),
                }
            }
            Data::Object(pattern) if pattern.class.as_deref() == Some(PATTERN) => {
                let mut arguments = self.arguments(call);
                arguments.positional.insert(0, positional(base.clone()));
                let found = self.pattern_call(&format!("re.{name}"), &arguments, range);
                found.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            Data::Object(found) if found.class.as_deref() == Some(MATCH) => {
                let (arguments, found) = (self.arguments(call), found.clone());
                let value = self.match_method(&found, name, &arguments, self.place(range));
                value.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            Data::Object(_) if is_iterator(base) => match name {
                "__next__" => self.next_of(base, None).unwrap_or_else(|| self.unknown(Reason::RunTime, range)),
                _ => {
                    let arguments = self.arguments(call);
                    self.drained(base, Some(&self.why(range)));
                    self.outside(call, &arguments)
                }
            },
            Data::Object(section) if section.class.as_deref() == Some(SECTION) => {
                let arguments = self.arguments(call);
                if let Some(value) = self.section_method(section, name, &arguments, range) {
                    return as_sure_as(value, base);
                }
                let done = self.collection_method(base, target, name, &arguments, range);
                done.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            Data::Object(object) if object.class.as_deref().is_some_and(config_files::is_class) => {
                let arguments = self.arguments(call);
                self.config_method(object, target, name, &arguments, range)
            }
            // What a session or an argument object answers is not known; it changes none of what it is handed.
            Data::Object(object) if object.class.is_some() => {
                let class = object.class.clone().unwrap_or_else(|| "".into());
                let arguments = self.arguments(call);
                self.fact(&format!("{class}.{name}"), call, &arguments);
                self.downloaded(name, &arguments, self.place(range));
                if let Some(value) = self.session_method(&class, &object.clone(), name, call, &arguments) {
                    return value;
                }
                match name {
                    // Unless it is told, a bucket of the account's.
                    "default_bucket" if class.ends_with("Session") => match object.entry("default_bucket") {
                        Some(entry) if !matches!(entry.value.data, Data::Absent) => entry.value.clone(),
                        _ => self.unknown(Reason::RunTime, range),
                    },
                    _ => self.unknown(Reason::RunTime, range),
                }
            }
            Data::List(list) => {
                let arguments = self.arguments(call);
                if let Some((now, answer)) = self.list_method(list, name, &arguments, call) {
                    if let Some(now) = now {
                        self.change_known(base, target, &mut |known| {
                            if let Data::List(list) = &mut known.data {
                                *Arc::make_mut(list) = List { items: now.clone(), open: None };
                            }
                        });
                    }
                    return answer;
                }
                let done = self.collection_method(base, target, name, &arguments, range);
                done.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            Data::Object(_) => {
                let arguments = self.arguments(call);
                let done = self.collection_method(base, target, name, &arguments, range);
                done.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            Data::Unknown(unknown) if name == "get" && is_of_event(unknown) => {
                self.default_of_event(call).unwrap_or_else(|| self.unfollowed(call))
            }
            Data::Unknown(unknown) if is_of_texts(name) => {
                let arguments = self.arguments(call);
                let given: Vec<&Value> = arguments.values().collect();
                let computed = self.computed_method(unknown, name, &given, self.place(range));
                computed.unwrap_or_else(|| self.outside(call, &arguments))
            }
            _ if !(may_be_request(name) || runs_functions(name) || name == "deploy") => self.unfollowed(call),
            _ => {
                let arguments = self.arguments(call);
                if let Some(value) = self.api_call_of_unknown(name, call, &arguments) {
                    return value;
                }
                if name == OF_VARIANTS {
                    return self.endpoint_of_variants(call, &arguments);
                }
                let answer = self.run_by_method(name, &arguments, self.place(range));
                let is_given = |name: &&str| arguments.named.entry(name).is_some();
                if name == "deploy" && ["initial_instance_count", "instance_type"].iter().all(is_given) {
                    self.fact(UNFOLLOWED_DEPLOY, call, &arguments);
                }
                let unknown = match runs_functions(name) {
                    true => self.handed_over(call, &arguments),
                    false => self.outside(call, &arguments),
                };
                answer.unwrap_or(unknown)
            }
        }
    }

    pub(super) fn arguments(&mut self, call: &'a ExprCall) -> Arguments {
        let outer = self.target.take();
        let given = &call.arguments;
        let named = Object { entries: Vec::with_capacity(given.keywords.len()), ..Object::default() };
        let mut arguments = Arguments { positional: Vec::with_capacity(given.args.len()), named };
        let mut open = None;
        for expression in &call.arguments.args {
            let place = self.place(expression.range());
            let mut value = self.eval(expression);
            if expression.is_starred_expr() {
                value = self.listed(&value);
            }
            self.passed(&value);
            match (expression, &value.data) {
                (Expr::Starred(_), Data::List(list))
                    if list.open.is_none() && arguments.positional.len() + list.items.len() <= MAX_ENTRIES =>
                {
                    self.spend(list.items.len() * 4);
                    let items = list.items.iter().map(|item| Argument {
                        name: None,
                        value: item.clone(),
                        place,
                        keyword: None,
                    });
                    arguments.positional.extend(items);
                }
                (Expr::Starred(_), _) => open = Some(self.why(expression.range())),
                _ if arguments.positional.len() >= MAX_ENTRIES => open = Some(self.why(expression.range())),
                _ if open.is_none() => arguments.positional.push(Argument { name: None, value, place, keyword: None }),
                _ => {}
            }
        }
        for keyword in &call.arguments.keywords {
            let value = self.eval(&keyword.value);
            self.passed(&value);
            match &keyword.arg {
                Some(name) => {
                    let place = self.place(keyword.range());
                    arguments.named.set(Entry { name: name.as_str().into(), place, value });
                }
                None => {
                    // An argument that is given twice is an error: what is written stays.
                    let mut more = Object::default();
                    self.merge(&mut more, &value, keyword.value.range());
                    for entry in more.entries {
                        // What may be missing there leaves what is given beside it.
                        let beside = arguments.named.entry(&entry.name).map(|beside| beside.value.clone());
                        let value = beside.map(|beside| present_or(&entry.value, &beside)).unwrap_or(entry.value);
                        arguments.named.set(Entry { value, ..entry });
                    }
                    arguments.named.open = arguments.named.open.take().or(more.open);
                }
            }
        }
        arguments.named.open = arguments.named.open.or(open);
        self.target = outer;
        arguments
    }

    /// Arguments, in which those of the command line that are one of a few texts are one of these; nothing without such.
    fn arguments_with_choices(&self, arguments: &Arguments) -> Option<Arguments> {
        let positional = with_changed(&arguments.positional, &mut |argument| {
            let value = self.with_choices_as_given(&argument.value)?;
            Some(Argument { value, ..argument.clone() })
        });
        let named = with_changed(&arguments.named.entries, &mut |entry| {
            let value = self.with_choices_as_given(&entry.value)?;
            Some(Entry { value, ..entry.clone() })
        });
        if positional.is_none() && named.is_none() {
            return None;
        }
        let mut arguments = arguments.clone();
        arguments.positional = positional.unwrap_or(arguments.positional);
        arguments.named.entries = named.unwrap_or(arguments.named.entries);
        Some(arguments)
    }

    /// An object of the SDK that is handed on may be used there.
    pub(super) fn passed(&mut self, value: &Value) {
        if let Data::Reference(reference) = &value.data {
            self.use_of(&reference.id.clone(), |uses| {
                uses.passed = true;
                uses.handed += 1;
            });
        }
    }

    /// Notes the call of an SDK as a fact.
    pub(super) fn fact(&mut self, callee: &str, call: &'a ExprCall, arguments: &Arguments) {
        let entries = &arguments.named.entries;
        let names = || call.arguments.keywords.iter().filter_map(|keyword| keyword.arg.as_ref());
        // Without a `**` in between they are what is written, one by one.
        let are_written = names().map(Identifier::as_str).eq(entries.iter().map(|entry| &*entry.name));
        let places = || names().map(|name| self.place(name.range()));
        let keywords: Vec<Option<Place>> = if are_written {
            places().map(Some).collect()
        } else {
            let written: FxHashMap<&str, Place> = names().map(Identifier::as_str).zip(places()).collect();
            entries.iter().map(|entry| written.get(&*entry.name).copied()).collect()
        };
        let named = entries.iter().zip(keywords).map(|(entry, keyword)| Argument {
            name: Some(entry.name.clone()),
            value: entry.value.clone(),
            place: entry.place,
            keyword,
        });
        let noted = Call {
            unit: self.unit.clone(),
            callee: callee.into(),
            function: self.function.last().cloned(),
            arguments: arguments.positional.iter().cloned().chain(named).collect(),
            open: arguments.named.open.is_some(),
            sdk: None,
            place: self.place(call.func.range()),
            body: self.place(call.range()),
        };
        self.note_call(noted);
        self.note_deletion(callee, call, arguments);
    }

    /// A call that is not followed: its result is unknown, and what it was handed may have changed.
    pub(super) fn outside(&mut self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        self.functions_handed(arguments.values(), call);
        self.handed_over(call, arguments)
    }

    /// The same of a call that calls the functions itself that it was handed.
    fn handed_over(&mut self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        self.iterators_handed(arguments.values(), call);
        self.files_handed(arguments.values(), self.place(call.range()));
        if !self.written.is_empty() {
            self.paths_handed(call, arguments.values());
        }
        self.handed(arguments, self.place(call.range()));
        given(call).for_each(|expression| self.escapes(expression));
        self.unknown(Reason::RunTime, call.range())
    }

    /// A call of Python's library, or of another one, that brings a value which can be known; nothing for others.
    fn library_call(&mut self, symbol: &str, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let place = self.place(call.range());
        let first = match head(symbol) {
            "os" | "dotenv" | "decouple" => self.environment_call(symbol, call, arguments),
            "itertools" => self.itertools(symbol, arguments, call.range()),
            "typer" | "absl" => self.command_line_call(symbol, call, arguments),
            "string" => self.template_call(symbol, arguments, place),
            "sys" => self.module_folder(symbol, arguments, place),
            "re" => self.pattern_call(symbol, arguments, call.range()),
            "airflow" => {
                self.airflow_operator(symbol, call, arguments);
                None
            }
            "stepfunctions" => {
                self.state_task(symbol, call, arguments);
                None
            }
            "datetime" => self.duration_call(symbol, arguments, place),
            "ast" | "distutils" | "setuptools" => self.conversion_call(symbol, call, arguments),
            "environ" | "environs" => self.env_call(symbol, call, arguments),
            _ => self.attribute_dict_call(symbol, call, arguments),
        };
        let first = first.or_else(|| self.file_call(symbol, call, arguments));
        first.or_else(|| self.file_writing_call(symbol, call, arguments))
    }

    pub(super) fn call_symbol(&mut self, symbol: &Arc<str>, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let (range, place) = (call.range(), self.place(call.range()));
        if let Some(name) = symbol.strip_prefix("builtins.") {
            let value = self.builtin(name, call, arguments);
            return match arguments.positional.first() {
                Some(given) if matches!(name, "str" | "int" | "float" | "bool") => composed(value, &[&given.value]),
                _ => value,
            };
        }
        if let Some(value) = self.own_call(symbol, call, arguments) {
            return value;
        }
        let chosen = self.arguments_with_choices(arguments);
        let arguments = chosen.as_ref().unwrap_or(arguments);
        if symbol.starts_with("sagemaker") {
            return self.sdk_call(symbol, call, arguments);
        }
        if let Some(value) = self.boto_call(symbol, call, arguments) {
            return value;
        }
        if is_runner(symbol) {
            let answer = self.run_by_library(symbol, arguments, place);
            let unknown = self.handed_over(call, arguments);
            return answer.unwrap_or(unknown);
        }
        if let Some(value) = self.library_call(symbol, call, arguments) {
            return value;
        }
        match &**symbol {
            "os.path.join" | "posixpath.join" => {
                let parts = arguments.positional.iter().map(|argument| argument.value.clone()).collect::<Vec<_>>();
                joined_path(&parts, place)
            }
            "math.ceil" | "math.floor" => {
                match arguments.positional.first().and_then(|one| library::number(&one.value)) {
                    Some(number) if symbol.ends_with("ceil") => Value::number(number.ceil(), place),
                    Some(number) => Value::number(number.floor(), place),
                    None => self.unknown(Reason::RunTime, range),
                }
            }
            "functools.reduce" => self.reduced(call, arguments),
            "importlib.import_module" => {
                let path = arguments.get("name", 0).and_then(Value::plain_text);
                match path.and_then(|path| self.local_module_at(&path, 0)) {
                    Some((_, file)) => Value::new(Data::Symbol(format!("{MODULE}{file}").into()), place),
                    None => self.outside(call, arguments),
                }
            }
            // What was written as JSON and is read again is a copy.
            "json.loads" if let Some(written) = self.dumped(call) => written,
            "typing.cast" => match arguments.positional.get(1) {
                Some(argument) => argument.value.clone(),
                None => self.unknown(Reason::RunTime, range),
            },
            "copy.copy" | "copy.deepcopy" => match arguments.positional.first() {
                Some(argument) if &**symbol == "copy.copy" => copied(&argument.value),
                Some(argument) => {
                    self.spend(argument.value.weight(MAX_WEIGHT).unwrap_or(MAX_WEIGHT) / 4);
                    deeply_copied(&argument.value)
                }
                None => self.unknown(Reason::RunTime, range),
            },
            "operator.itemgetter" | "operator.attrgetter" if arguments.positional.len() == 1 => {
                let mut getter = Object { class: Some(symbol.clone()), ..Object::default() };
                let key = arguments.positional.first().map(|argument| argument.value.clone());
                getter.entries.extend(key.map(|value| Entry { name: "key".into(), place, value }));
                Value::object(getter, place)
            }
            "csv.DictReader" | "csv.reader" => {
                let read = self.read_csv(symbol, arguments, range);
                read.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            symbol if is_hf_parser(symbol) => hf_arguments::parser(arguments, self.unknown(Reason::RunTime, range)),
            PARSER | "configargparse.ArgParser" | "configargparse.ArgumentParser" | "jsonargparse.ArgumentParser" => {
                self.new_argument_parser(arguments, range)
            }
            "collections.OrderedDict" | "pydantic_settings.SettingsConfigDict" | "pydantic.ConfigDict" => {
                self.builtin("dict", call, arguments)
            }
            "types.MappingProxyType" => match arguments.positional.first() {
                Some(argument) => argument.value.clone(),
                None => self.unknown(Reason::RunTime, range),
            },
            "collections.deque" if arguments.positional.len() == 1 && arguments.named.entries.is_empty() => {
                let items = arguments.positional.first().and_then(|argument| self.items(&argument.value));
                items.map_or_else(|| self.unknown(Reason::RunTime, range), |items| Value::list(items, place))
            }
            // What a missing key is made of is not followed.
            "collections.defaultdict" => {
                let mut object = Object { open: Some(self.why_of_default(arguments, range)), ..Object::default() };
                if let Some(argument) = arguments.positional.get(1) {
                    self.merge(&mut object, &argument.value, range);
                }
                Value::object(object, place)
            }
            "collections.ChainMap" => {
                let mut object = Object::default();
                for argument in arguments.positional.iter().rev() {
                    self.merge(&mut object, &argument.value, range);
                }
                Value::object(object, place)
            }
            "json.dumps" => self.dumped_text(arguments, range),
            // What these are handed they leave as it is.
            "json.dump" | "pprint.pprint" | "yaml.dump" | "time.sleep" | "logging.info" => {
                self.unknown(Reason::RunTime, range)
            }
            _ => self.outside(call, arguments),
        }
    }
}

fn is_text(value: &Value) -> bool {
    matches!(value.data, Data::Text(_) | Data::Template(_))
}

/// Parts of a path, as `os.path.join` puts them together: what begins at the root takes the place of what was before.
pub(super) fn joined_path(parts: &[Value], place: Place) -> Value {
    let text = |value: &Value| match &value.data {
        Data::Text(text) => Some(text.clone()),
        _ => None,
    };
    let root = parts.iter().rposition(|part| text(part).is_some_and(|text| text.starts_with('/'))).unwrap_or(0);
    let parts = &parts[root..];
    let mut pieces = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let is_ended = at > 0 && text(&parts[at - 1]).is_some_and(|text| text.is_empty() || text.ends_with('/'));
        if at > 0 && !is_ended {
            pieces.push(Piece::Text("/".into()));
        }
        pieces.extend(super::text::pieces_of(part.clone()));
    }
    composed(Value::template(pieces, place), &parts.iter().collect::<Vec<_>>())
}
