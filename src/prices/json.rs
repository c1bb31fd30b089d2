//! A price list as JSON, read as it comes: products first, then what they cost. What is not kept takes no memory.

use std::{
    collections::HashMap,
    fmt,
    io::{self, BufReader, Read},
};

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{
    csv::said,
    list::Gathering,
    product::{Attribute, Product, Rate},
    target::{Target, Why},
};

/// The longest text in a price list.
const MAX_TEXT: usize = 1 << 20;
/// The deepest nesting; a price list has eight levels.
const MAX_DEPTH: usize = 64;
/// Bytes that are read at once.
const BUFFER: usize = 1 << 16;

/// What was read, over one or more passes.
#[derive(Default)]
struct State {
    all: Gathering,
    /// What is kept, by product.
    targets: HashMap<Box<str>, Vec<Target>>,
    has_products: bool,
    has_terms: bool,
    product: Product,
    rate: Rate,
}

/// Reads a price list, which `open` opens: where its parts stand in another order than AWS's, again.
///
/// # Errors
/// What is wrong with it, and where.
pub(super) fn read<R: Read>(mut open: impl FnMut() -> Result<R, String>) -> Result<Gathering, String> {
    let mut state = State::default();
    for _ in 0..3 {
        let input = BufReader::with_capacity(BUFFER, Guarded::of(open()?));
        let mut json = serde_json::Deserializer::from_reader(input);
        json.deserialize_any(Top(&mut state)).and_then(|()| json.end()).map_err(|error| told(&error))?;
        if state.all.head.offer.is_empty() {
            return Err("this is no price list of AWS: it has no `offerCode`".to_owned());
        }
        if state.has_products && state.has_terms {
            return Ok(state.all);
        }
    }
    let missing = if state.has_products { "terms" } else { "products" };
    Err(format!("this is no price list of AWS: it has no `{missing}`"))
}

fn told(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Eof => {
            format!("it ends too early, in line {}: download it again", error.line())
        }
        serde_json::error::Category::Io => match error.io_error_kind() {
            Some(io::ErrorKind::InvalidData) => {
                format!("a text is longer than {} KiB, or the nesting too deep: this is no price list", MAX_TEXT >> 10)
            }
            kind => said(&io::Error::from(kind.unwrap_or(io::ErrorKind::Other))),
        },
        _ => error.to_string(),
    }
}

/// Refuses what would take memory without end: a price list has no such text.
struct Guarded<R> {
    input: R,
    depth: usize,
    /// How long the text is that this is in.
    text: Option<usize>,
    is_escaped: bool,
}

impl<R> Guarded<R> {
    fn of(input: R) -> Self {
        Self { input, depth: 0, text: None, is_escaped: false }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        for byte in &buffer[..count] {
            match (&mut self.text, byte) {
                (Some(_), _) if self.is_escaped => self.is_escaped = false,
                (Some(_), b'\\') => self.is_escaped = true,
                (text @ Some(_), b'"') => *text = None,
                (Some(length), _) => *length += 1,
                (text, b'"') => *text = Some(0),
                (None, b'{' | b'[') => self.depth += 1,
                (None, b'}' | b']') => self.depth = self.depth.saturating_sub(1),
                (None, _) => {}
            }
            if self.depth > MAX_DEPTH || self.text > Some(MAX_TEXT) {
                return Err(io::Error::from(io::ErrorKind::InvalidData));
            }
        }
        Ok(count)
    }
}

/// The whole file.
struct Top<'s>(&'s mut State);

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a price list of AWS, which is an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let state = self.0;
        while let Some(key) = map.next_key::<String>()? {
            match &*key {
                "offerCode" => state.all.head.offer = map.next_value()?,
                "version" => state.all.head.version = map.next_value()?,
                "publicationDate" => state.all.head.published = map.next_value()?,
                "offers" => return Err(other("the list of all offers", "take the file of one service")),
                "regions" => return Err(other("a list of regions", "take the file of one region")),
                "versions" => return Err(other("a list of versions", "take the file of one version")),
                "PriceList" => return Err(other("an answer of the Query API", "take a file of the Bulk API")),
                "products" if !state.has_products && !state.all.head.offer.is_empty() => {
                    map.next_value_seed(Products(state))?;
                    state.has_products = true;
                }
                "terms" if state.has_products && !state.has_terms => {
                    map.next_value_seed(Terms(state))?;
                    state.has_terms = true;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

fn other<E: de::Error>(is: &str, instead: &str) -> E {
    E::custom(format!("this is {is}, not a price list: {instead}"))
}

/// Makes a seed that takes an object, and a visitor of it.
macro_rules! object {
    ($name:ident, $what:literal, |$self:ident, $map:ident| $body:block) => {
        impl<'de> DeserializeSeed<'de> for $name<'_> {
            type Value = ();

            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
                deserializer.deserialize_map(self)
            }
        }

        impl<'de> Visitor<'de> for $name<'_> {
            type Value = ();

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($what)
            }

            fn visit_map<A: MapAccess<'de>>($self, mut $map: A) -> Result<(), A::Error> $body
        }
    };
}

/// `products`: an object by SKU.
struct Products<'s>(&'s mut State);

object!(
    Products,
    "the products by SKU (a price list of Savings Plans has a list here, and is not read)",
    |self, map| {
        let state = self.0;
        while let Some(sku) = map.next_key::<Box<str>>()? {
            state.product.clear();
            map.next_value_seed(One(&mut state.product))?;
            let targets = state.all.product(&state.product);
            if !targets.is_empty() {
                state.targets.insert(sku, targets);
            }
        }
        Ok(())
    }
);

/// A product.
struct One<'s>(&'s mut Product);

object!(One, "a product", |self, map| {
    while let Some(key) = map.next_key::<String>()? {
        match &*key {
            "attributes" => map.next_value_seed(Attributes(self.0))?,
            "productFamily" => {
                let Text(family) = map.next_value()?;
                self.0.set(Attribute::Family, &family);
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    Ok(())
});

/// The attributes of a product.
struct Attributes<'s>(&'s mut Product);

object!(Attributes, "the attributes of a product", |self, map| {
    while let Some(key) = map.next_key::<String>()? {
        match Attribute::named(&key) {
            Some(attribute) => {
                let Text(value) = map.next_value()?;
                self.0.set(attribute, &value);
            }
            None => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    Ok(())
});

/// `terms`: an object by kind of term.
struct Terms<'s>(&'s mut State);

object!(Terms, "the terms by kind", |self, map| {
    while let Some(kind) = map.next_key::<String>()? {
        match &*kind {
            "OnDemand" => map.next_value_seed(OnDemand(self.0))?,
            "savingsPlan" => return Err(other("one of Savings Plans", "take that of the service")),
            _ => map.next_value_seed(Others(self.0))?,
        }
    }
    Ok(())
});

/// Terms of another kind: they are counted by product.
struct Others<'s>(&'s mut State);

object!(Others, "terms by SKU", |self, map| {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
        self.0.all.leave_out(Why::OtherTerm);
    }
    Ok(())
});

/// Terms on demand, by SKU.
struct OnDemand<'s>(&'s mut State);

object!(OnDemand, "terms by SKU", |self, map| {
    while let Some(sku) = map.next_key::<String>()? {
        if self.0.targets.contains_key(&*sku) {
            map.next_value_seed(Offers(self.0, &sku))?;
        } else {
            map.next_value::<IgnoredAny>()?;
        }
    }
    Ok(())
});

/// The terms of a product.
struct Offers<'s>(&'s mut State, &'s str);

object!(Offers, "the terms of a product", |self, map| {
    while map.next_key::<IgnoredAny>()?.is_some() {
        map.next_value_seed(Term(self.0, self.1))?;
    }
    Ok(())
});

/// A term.
struct Term<'s>(&'s mut State, &'s str);

object!(Term, "a term", |self, map| {
    while let Some(key) = map.next_key::<String>()? {
        match &*key {
            "priceDimensions" => map.next_value_seed(Dimensions(self.0, self.1))?,
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    Ok(())
});

/// The prices of a term.
struct Dimensions<'s>(&'s mut State, &'s str);

object!(Dimensions, "the prices of a term", |self, map| {
    let state = self.0;
    while map.next_key::<IgnoredAny>()?.is_some() {
        state.rate.clear();
        map.next_value_seed(Dimension(&mut state.rate))?;
        for target in state.targets.get(self.1).into_iter().flatten() {
            state.all.rate(target, self.1, &state.rate);
        }
    }
    Ok(())
});

/// A price.
struct Dimension<'s>(&'s mut Rate);

object!(Dimension, "a price", |self, map| {
    while let Some(key) = map.next_key::<String>()? {
        let place = match &*key {
            "unit" => &mut self.0.unit,
            "beginRange" => &mut self.0.from,
            "endRange" => &mut self.0.to,
            "pricePerUnit" => {
                map.next_value_seed(Amounts(self.0))?;
                continue;
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
        };
        let Text(value) = map.next_value()?;
        *place = value;
    }
    Ok(())
});

/// The amounts of a price, by currency: dollars, or what there is.
struct Amounts<'s>(&'s mut Rate);

object!(Amounts, "amounts by currency", |self, map| {
    while let Some((currency, Text(amount))) = map.next_entry::<String, Text>()? {
        if self.0.currency != "USD" {
            (self.0.currency, self.0.amount) = (currency, amount);
        }
    }
    Ok(())
});

/// A text, or what may be taken for one; anything else is empty.
struct Text(String);

impl<'de> de::Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<Text, E> {
                Ok(Text(text))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Text, E> {
                Ok(Text(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Text, E> {
                Ok(Text(number.to_string()))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
                Ok(Text(String::new()))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Text, E> {
                Ok(Text(String::new()))
            }

            fn visit_unit<E>(self) -> Result<Text, E> {
                Ok(Text(String::new()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Text(String::new()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Text(String::new()))
            }
        }

        deserializer.deserialize_any(Any)
    }
}
