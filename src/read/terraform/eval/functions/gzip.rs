//! Gzip as Go writes it: the same choices at each step, so that the bytes are the same.
//!
//! Deflate leaves the compressor free to choose matches, blocks and codes. Go's default level looks for matches by a hash
//! of four bytes, takes one only after it has seen whether the next byte begins a longer one, and ends a block after
//! 16,384 tokens. Terraform flushes before it closes, which writes an empty block more.

/// How far back a match may lie. The text is seen through a window of twice that, which moves on by this.
const WINDOW: usize = 1 << 15;
const LEAST_MATCH: usize = 4;
const LONGEST_MATCH: usize = 258;
const BLOCK_TOKENS: usize = 1 << 14;
const HASH_BITS: u32 = 17;
/// A match of this length is not improved upon, and one of the other ends the search.
const LAZY: usize = 16;
const NICE: usize = 128;
/// Candidates that are looked at.
const CHAIN: usize = 128;
const LITERALS: usize = 286;
const OFFSETS: usize = 30;
const END_OF_BLOCK: usize = 256;
const MOST_STORED: usize = 65_535;

/// A compressed text, with the header and the end of a gzip file.
pub(super) fn compress(text: &[u8]) -> Vec<u8> {
    let mut out = Bits { bytes: vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff], ..Bits::default() };
    Matcher::new(text).run(&mut out);
    out.stored(&[], false);
    out.stored(&[], true);
    let mut check = flate2::Crc::new();
    check.update(text);
    out.bytes.extend(check.sum().to_le_bytes());
    out.bytes.extend(check.amount().to_le_bytes());
    out.bytes
}

/// A byte as it is, or bytes that stand further back already.
#[derive(Clone, Copy)]
enum Token {
    Literal(u8),
    Match { length: usize, offset: usize },
}

/// Finds what is repeated.
struct Matcher<'t> {
    text: &'t [u8],
    /// Where the window begins, and the text that is in it ends.
    base: usize,
    end: usize,
    at: usize,
    /// Where the block begins; nothing when that has left the window.
    block: Option<usize>,
    /// The last place with a hash, and the place before each with the same hash: both one more than the place.
    heads: Vec<usize>,
    before: Vec<usize>,
    tokens: Vec<Token>,
}

impl<'t> Matcher<'t> {
    fn new(text: &'t [u8]) -> Self {
        let end = text.len().min(2 * WINDOW);
        let (heads, before) = (vec![0; 1 << HASH_BITS], vec![0; WINDOW]);
        Self { text, base: 0, end, at: 0, block: Some(0), heads, before, tokens: Vec::new() }
    }

    fn run(mut self, out: &mut Bits) {
        let (mut length, mut offset, mut pending) = (LEAST_MATCH - 1, 0, false);
        while self.at < self.end {
            if self.end - self.at < LEAST_MATCH + LONGEST_MATCH && self.end < self.text.len() {
                self.slide();
                continue;
            }
            let found = self.noted();
            let (last_length, last_offset) = (length, offset);
            (length, offset) = (LEAST_MATCH - 1, 0);
            let furthest = self.at.saturating_sub(WINDOW).max(self.base);
            if let Some(place) = found.filter(|place| *place >= furthest)
                && self.end - self.at > last_length
                && last_length < LAZY
                && let Some(better) = self.longest(place, furthest)
            {
                (length, offset) = better;
            }
            if last_length >= LEAST_MATCH && length <= last_length {
                // The match that began a byte before is as good as this one.
                self.tokens.push(Token::Match { length: last_length, offset: last_offset });
                let next = self.at + last_length - 1;
                self.at += 1;
                while self.at < next {
                    self.noted();
                    self.at += 1;
                }
                (pending, length) = (false, LEAST_MATCH - 1);
            } else {
                if pending {
                    self.tokens.push(Token::Literal(self.text[self.at - 1]));
                    self.end_block(out, BLOCK_TOKENS);
                }
                self.at += 1;
                pending = true;
                continue;
            }
            self.end_block(out, BLOCK_TOKENS);
        }
        if pending {
            self.tokens.push(Token::Literal(self.text[self.at - 1]));
        }
        self.end_block(out, 1);
    }

    fn slide(&mut self) {
        self.block = self.block.filter(|block| *block >= self.base + WINDOW);
        self.base += WINDOW;
        self.end = self.text.len().min(self.base + 2 * WINDOW);
    }

    /// Notes the place under its hash; the last place before it with the same one.
    fn noted(&mut self) -> Option<usize> {
        let bytes: [u8; LEAST_MATCH] = self.text[..self.end].get(self.at..self.at + LEAST_MATCH)?.try_into().ok()?;
        let hash = u32::from_be_bytes(bytes).wrapping_mul(0x1e35_a7bd) >> (32 - HASH_BITS);
        let last = std::mem::replace(&mut self.heads[hash as usize], self.at + 1);
        self.before[self.at % WINDOW] = last;
        last.checked_sub(1)
    }

    /// The longest match among the candidates, with its offset.
    fn longest(&self, first: usize, furthest: usize) -> Option<(usize, usize)> {
        let rest = &self.text[self.at..self.end.min(self.at + LONGEST_MATCH)];
        let nice = rest.len().min(NICE);
        let mut best = None;
        let mut length = LEAST_MATCH - 1;
        let mut place = first;
        for _ in 0..CHAIN {
            if self.text[place + length] == rest[length] {
                let same = self.text[place..].iter().zip(rest).take_while(|(one, two)| one == two).count();
                let offset = self.at - place;
                if same > length && (same > LEAST_MATCH || offset <= 4096) {
                    (length, best) = (same, Some((same, offset)));
                    if same >= nice {
                        break;
                    }
                }
            }
            // What stood here is overwritten where the window has gone round.
            if place + WINDOW == self.at {
                break;
            }
            match self.before[place % WINDOW].checked_sub(1) {
                Some(next) if next >= furthest => place = next,
                _ => break,
            }
        }
        best
    }

    /// Writes the block if it has so many tokens.
    fn end_block(&mut self, out: &mut Bits, tokens: usize) {
        if self.tokens.len() >= tokens {
            let written = self.block.map(|block| &self.text[block..self.at]);
            out.block(&self.tokens, written);
            self.tokens.clear();
            self.block = Some(self.at);
        }
    }
}

/// Codes of lengths from 3 on, and of offsets from 1 on: the code, what the extra bits hold, and how many they are.
fn length_code(length: usize) -> (usize, usize, u32) {
    match length - 3 {
        rest if rest == LONGEST_MATCH - 3 => (28, 0, 0),
        rest if rest < 8 => (rest, 0, 0),
        rest => split(rest, 2),
    }
}

fn offset_code(offset: usize) -> (usize, usize, u32) {
    match offset - 1 {
        rest if rest < 4 => (rest, 0, 0),
        rest => split(rest, 1),
    }
}

/// Codes that come `2^kept` to each power of two.
fn split(rest: usize, kept: u32) -> (usize, usize, u32) {
    let extra = rest.ilog2() - kept;
    let top = rest >> extra;
    (((extra as usize) << kept) + top, rest & ((1 << extra) - 1), extra)
}

/// Bits of a code for a symbol, lowest first; none for a symbol that does not occur.
#[derive(Clone, Copy, Default)]
struct Code {
    bits: u16,
    length: u8,
}

/// The codes for symbols that occur so often, none longer than `most`.
fn codes(counts: &[u32], most: usize) -> Vec<Code> {
    let mut codes = vec![Code::default(); counts.len()];
    let mut symbols: Vec<usize> = (0..counts.len()).filter(|symbol| counts[*symbol] > 0).collect();
    if symbols.len() <= 2 {
        for (bits, symbol) in symbols.into_iter().enumerate() {
            codes[symbol] = Code { bits: u16::from(bits == 1), length: 1 };
        }
        return codes;
    }
    symbols.sort_by_key(|symbol| (counts[*symbol], *symbol));
    let sorted: Vec<u32> = symbols.iter().map(|symbol| counts[*symbol]).collect();
    let mut next = 0_u16;
    for (length, count) in lengths(&sorted, most).into_iter().enumerate().skip(1) {
        next <<= 1;
        // The most frequent have the shortest codes; among these they are in the order of the symbols.
        let mut chunk = symbols.split_off(symbols.len() - count);
        chunk.sort_unstable();
        for symbol in chunk {
            codes[symbol] = Code { bits: next.reverse_bits() >> (16 - length), length: length as u8 };
            next += 1;
        }
    }
    codes
}

/// How many codes there are of each length, by package-merge: counts are sorted, and there are three of them at least.
///
/// Each row merges the symbols with pairs of the row before, by weight; of equal ones the pair comes first. A symbol has
/// a bit for each row that takes it, from the last row down.
fn lengths(counts: &[u32], most: usize) -> Vec<usize> {
    let most = most.min(counts.len() - 1);
    let needed = 2 * counts.len() - 2;
    let mut rows: Vec<Vec<bool>> = Vec::new();
    let mut weights: Vec<u64> = Vec::new();
    for _ in 0..most {
        let mut symbols = counts.iter().map(|count| u64::from(*count)).peekable();
        let mut pairs = weights.chunks_exact(2).map(|pair| pair[0] + pair[1]).peekable();
        let (mut merged, mut are_symbols) = (Vec::new(), Vec::new());
        while merged.len() < needed {
            let is_symbol = match (symbols.peek(), pairs.peek()) {
                (Some(symbol), Some(pair)) => symbol < pair,
                (symbol, _) => symbol.is_some(),
            };
            let Some(weight) = (if is_symbol { symbols.next() } else { pairs.next() }) else { break };
            merged.push(weight);
            are_symbols.push(is_symbol);
        }
        rows.push(are_symbols);
        weights = merged;
    }
    let mut wanted = needed;
    let mut taken: Vec<usize> = Vec::new();
    for row in rows.iter().rev() {
        let symbols = row.iter().take(wanted).filter(|is_symbol| **is_symbol).count();
        taken.push(symbols);
        wanted = 2 * (wanted - symbols);
    }
    taken.push(0);
    std::iter::once(0).chain(taken.windows(2).map(|pair| pair[0] - pair[1])).collect()
}

/// The codes of a block that are written with it.
struct Tree {
    literals: Vec<Code>,
    offsets: Vec<Code>,
}

impl Tree {
    /// The codes that every reader knows.
    fn fixed() -> Self {
        let literal = |symbol: u16| {
            let (bits, length) = match symbol {
                0..144 => (symbol + 48, 8),
                144..256 => (symbol + 256, 9),
                256..280 => (symbol - 256, 7),
                _ => (symbol - 88, 8),
            };
            Code { bits: bits.reverse_bits() >> (16 - length), length }
        };
        let offset = |symbol: u16| Code { bits: symbol.reverse_bits() >> 11, length: 5 };
        Self {
            literals: (0..LITERALS as u16).map(literal).collect(),
            offsets: (0..OFFSETS as u16).map(offset).collect(),
        }
    }

    fn size(&self, literals: &[u32], offsets: &[u32]) -> usize {
        size(&self.literals, literals) + size(&self.offsets, offsets)
    }
}

/// Bits that symbols take which occur so often.
fn size(codes: &[Code], counts: &[u32]) -> usize {
    codes.iter().zip(counts).map(|(code, count)| usize::from(code.length) * *count as usize).sum()
}

/// How the lengths of a block's codes are written: in runs, which have codes of their own.
struct Header {
    literals: usize,
    offsets: usize,
    /// A symbol, and what its extra bits hold.
    runs: Vec<(usize, usize)>,
    codes: Vec<Code>,
    /// How many lengths of the codes of runs are written.
    shown: usize,
}

/// The order in which these are written.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

impl Header {
    fn of(tree: &Tree) -> Self {
        let used = |codes: &[Code]| codes.iter().rposition(|code| code.length > 0).map_or(0, |last| last + 1);
        let (literals, offsets) = (used(&tree.literals), used(&tree.offsets));
        let all: Vec<u8> =
            tree.literals[..literals].iter().chain(&tree.offsets[..offsets]).map(|code| code.length).collect();
        let runs: Vec<(usize, usize)> = all.chunk_by(|one, two| one == two).flat_map(runs).collect();
        let mut counts = [0; ORDER.len()];
        runs.iter().for_each(|(symbol, _)| counts[*symbol] += 1);
        let shown = ORDER.iter().rposition(|symbol| counts[*symbol] > 0).map_or(4, |last| (last + 1).max(4));
        Self { literals, offsets, runs, codes: codes(&counts, 7), shown }
    }

    fn size(&self) -> usize {
        let run = |(symbol, _): &(usize, usize)| usize::from(self.codes[*symbol].length) + extra(*symbol) as usize;
        3 + 5 + 5 + 4 + 3 * self.shown + self.runs.iter().map(run).sum::<usize>()
    }
}

/// Extra bits of the symbols for runs.
fn extra(symbol: usize) -> u32 {
    match symbol {
        16 => 2,
        17 => 3,
        18 => 7,
        _ => 0,
    }
}

/// The symbols for equal lengths in a row.
fn runs(same: &[u8]) -> Vec<(usize, usize)> {
    let (length, mut left) = (usize::from(same[0]), same.len());
    let mut runs = Vec::new();
    // The first length of a run is written; how often it comes again is a symbol. Zeros have symbols for all of them.
    let symbols: &[(usize, usize, usize)] = if length == 0 { &[(18, 11, 138), (17, 3, 10)] } else { &[(16, 3, 6)] };
    if length > 0 {
        runs.push((length, 0));
        left -= 1;
    }
    for (symbol, least, most) in symbols {
        while left >= *least {
            let count = left.min(*most);
            runs.push((*symbol, count - least));
            left -= count;
        }
    }
    runs.extend(std::iter::repeat_n((length, 0), left));
    runs
}

/// Bits, put together into bytes.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, bits: usize, count: u32) {
        self.held |= (bits as u64) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.held as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    fn code(&mut self, code: Code) {
        self.put(code.bits.into(), code.length.into());
    }

    /// A block as it is.
    fn stored(&mut self, text: &[u8], is_last: bool) {
        self.put(is_last.into(), 3);
        self.put(0, (8 - self.count) % 8);
        let length = text.len() as u16;
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend((!length).to_le_bytes());
        self.bytes.extend(text);
    }

    /// A block in the form that is the shortest; `text` is what it says, if that is still at hand.
    fn block(&mut self, tokens: &[Token], text: Option<&[u8]>) {
        let (mut literals, mut offsets, mut extra) = ([0; LITERALS], [0; OFFSETS], 0);
        literals[END_OF_BLOCK] = 1;
        for token in tokens {
            match *token {
                Token::Literal(byte) => literals[usize::from(byte)] += 1,
                Token::Match { length, offset } => {
                    let ((length, _, more), (offset, _, further)) = (length_code(length), offset_code(offset));
                    literals[END_OF_BLOCK + 1 + length] += 1;
                    offsets[offset] += 1;
                    extra += (more + further) as usize;
                }
            }
        }
        if offsets.iter().all(|count| *count == 0) {
            // A tree has one code at least.
            offsets[0] = 1;
        }
        let (fixed, own) = (Tree::fixed(), Tree { literals: codes(&literals, 15), offsets: codes(&offsets, 15) });
        let header = Header::of(&own);
        let fixed_size = 3 + fixed.size(&literals, &offsets) + extra;
        let own_size = header.size() + own.size(&literals, &offsets) + extra;
        if let Some(text) =
            text.filter(|text| text.len() <= MOST_STORED && (text.len() + 5) * 8 < fixed_size.min(own_size))
        {
            return self.stored(text, false);
        }
        if own_size < fixed_size {
            self.header(&header);
            self.tokens(tokens, &own);
        } else {
            self.put(2, 3);
            self.tokens(tokens, &fixed);
        }
    }

    fn header(&mut self, header: &Header) {
        self.put(4, 3);
        self.put(header.literals - 257, 5);
        self.put(header.offsets - 1, 5);
        self.put(header.shown - 4, 4);
        for symbol in &ORDER[..header.shown] {
            self.put(header.codes[*symbol].length.into(), 3);
        }
        for (symbol, rest) in &header.runs {
            self.code(header.codes[*symbol]);
            self.put(*rest, extra(*symbol));
        }
    }

    fn tokens(&mut self, tokens: &[Token], tree: &Tree) {
        for token in tokens {
            match *token {
                Token::Literal(byte) => self.code(tree.literals[usize::from(byte)]),
                Token::Match { length, offset } => {
                    let ((length, rest, more), (offset, distance, further)) =
                        (length_code(length), offset_code(offset));
                    self.code(tree.literals[END_OF_BLOCK + 1 + length]);
                    self.put(rest, more);
                    self.code(tree.offsets[offset]);
                    self.put(distance, further);
                }
            }
        }
        self.code(tree.literals[END_OF_BLOCK]);
    }
}
