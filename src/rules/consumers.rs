//! Who reads a queue or a stream: event source mappings (those that SAM makes too), pipes, Firehose, Kinesis Analytics.

use crate::{
    graph::{
        attr::{Attr, Subject},
        kind,
    },
    rules::{Context, links},
    source::Place,
};

/// What reads from a source, on its own account.
pub(super) struct Consumer<'a> {
    /// The resource that says so.
    pub(super) subject: Subject<'a>,
    /// Where the source is named in it.
    pub(super) place: Place,
    /// Who gets what is read, where that is certain: equal names are the same one.
    pub(super) name: Option<String>,
    /// Whether it leaves out what does not pass a filter.
    pub(super) filters: bool,
    /// The function that Lambda calls with what is read, where it is one that stands here.
    pub(super) function: Option<Subject<'a>>,
}

/// The consumers that certainly read a source themselves. Those of a stream with a throughput of their own read a
/// consumer, not the stream.
pub(super) fn of<'a>(cx: &Context<'a>, source: Subject<'a>) -> Vec<Consumer<'a>> {
    let mut found = Vec::new();
    for user in source.referrers() {
        let read = match user.kind() {
            kind::EVENT_SOURCE_MAPPING => mapping(cx, user).into_iter().collect(),
            kind::PIPE => pipe(cx, user).into_iter().collect(),
            kind::DELIVERY_STREAM => vec![plain(user, user.get("KinesisStreamSourceConfiguration.KinesisStreamARN"))],
            "AWS::KinesisAnalytics::Application" => inputs(user, "Inputs"),
            "AWS::KinesisAnalyticsV2::Application" => {
                inputs(user, "ApplicationConfiguration.SqlApplicationConfiguration.Inputs")
            }
            _ => continue,
        };
        let of_source = |(attr, _): &(Attr<'a>, Consumer<'a>)| links::leads_to(cx, attr, source);
        let read: Vec<_> = read.into_iter().filter(of_source).collect();
        if !read.is_empty() && user.exists().is_yes() {
            found.extend(read.into_iter().map(|(_, consumer)| consumer));
        }
    }
    found
}

/// What a consumer reads, and the consumer.
type Read<'a> = (Attr<'a>, Consumer<'a>);

/// What a resource is called, so that two ways to one function are known to be the same.
fn called(subject: Subject<'_>) -> String {
    let name = subject.get("FunctionName");
    name.text().map_or_else(|| subject.resource().key.address().to_string(), str::to_owned)
}

fn plain<'a>(subject: Subject<'a>, source: Attr<'a>) -> Read<'a> {
    let name = Some(subject.resource().key.address().to_string());
    let place = source.place();
    (source, Consumer { subject, place, name, filters: false, function: None })
}

/// Whether a switch is certainly on, which it is unless something else is written.
fn is_on(attr: &Attr<'_>) -> bool {
    attr.is_absent() || attr.boolean() == Some(true)
}

fn mapping<'a>(cx: &Context<'a>, mapping: Subject<'a>) -> Option<Read<'a>> {
    if !is_on(&mapping.get("Enabled")) {
        return None;
    }
    let function = mapping.get("FunctionName");
    let written = |text: &str| text.rsplit_once(":function:").map_or(text, |(_, name)| name).to_owned();
    let target = links::target(cx, &function).map(|target| itself(cx, target));
    let name = target.map(called).or_else(|| function.text().map(written));
    let function = target.filter(|target| target.kind() == kind::FUNCTION);
    let (source, consumer) = plain(mapping, mapping.get("EventSourceArn"));
    let filters = !mapping.get("FilterCriteria").is_absent();
    Some((source, Consumer { name, filters, function, ..consumer }))
}

/// The function that an alias or a version is a name of.
fn itself<'a>(cx: &Context<'a>, called: Subject<'a>) -> Subject<'a> {
    match called.kind() {
        kind::ALIAS | kind::VERSION => links::target(cx, &called.get("FunctionName")).unwrap_or(called),
        _ => called,
    }
}

fn pipe<'a>(cx: &Context<'a>, pipe: Subject<'a>) -> Option<Read<'a>> {
    let state = pipe.get("DesiredState");
    if !state.is_absent() && state.text() != Some("RUNNING") {
        return None;
    }
    let (source, consumer) = plain(pipe, pipe.get("Source"));
    let to = links::target(cx, &pipe.get("Target")).map(|target| called(itself(cx, target)));
    let filters = !pipe.get("SourceParameters.FilterCriteria").is_absent();
    Some((source, Consumer { name: to.or(consumer.name), filters, ..consumer }))
}

fn inputs<'a>(application: Subject<'a>, path: &str) -> Vec<Read<'a>> {
    let (inputs, _) = application.get(path).items();
    inputs.iter().map(|input| plain(application, input.get("KinesisStreamsInput.ResourceARN"))).collect()
}
