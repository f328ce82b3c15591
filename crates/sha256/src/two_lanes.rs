//! Two messages at once with the SHA instructions of x86-64.
//!
//! The one module of this crate that may say `unsafe`: it calls a function that needs instructions
//! which not every processor has, right after asking for them. The instructions themselves touch
//! registers only.
#![allow(unsafe_code)]

use std::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_alignr_epi8, _mm_extract_epi32, _mm_set_epi32, _mm_set_epi64x,
    _mm_sha256msg1_epu32, _mm_sha256msg2_epu32, _mm_sha256rnds2_epu32, _mm_shuffle_epi8,
    _mm_shuffle_epi32,
};

/// Bytes that one step of the hash takes.
const BLOCK: usize = 64;
/// The length of the message in bits ends its last block.
const LENGTH_BYTES: usize = 8;

/// The round constants of FIPS 180-4, four to a row.
#[rustfmt::skip]
const K: [[u32; 4]; 16] = [
    [0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5],
    [0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5],
    [0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3],
    [0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174],
    [0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc],
    [0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da],
    [0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7],
    [0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967],
    [0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13],
    [0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85],
    [0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3],
    [0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070],
    [0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5],
    [0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3],
    [0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208],
    [0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2],
];

/// Does what [`crate::double_each`] says; `false`, and nothing done, where the processor lacks the
/// instructions.
pub(crate) fn double_each<'a>(
    count: usize,
    message: &impl Fn(usize) -> &'a [u8],
    done: &mut impl FnMut(usize, [u8; 32]),
) -> bool {
    let able = is_x86_feature_detected!("sha")
        && is_x86_feature_detected!("ssse3")
        && is_x86_feature_detected!("sse4.1");
    if able {
        // SAFETY: the processor has the three features that the function is compiled for.
        unsafe { run(count, message, done) }
    }
    able
}

/// The eight words of a hash under way, in the order of the instructions.
#[derive(Clone, Copy)]
struct State {
    abef: __m128i,
    cdgh: __m128i,
}

/// Which part of a message is being hashed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Whole blocks of the message itself.
    Body,
    /// What is left of it, and the padding.
    End,
    /// The hash of it all, again.
    Again,
}

/// A message under way.
struct Lane<'a> {
    number: usize,
    part: Part,
    body: &'a [[u8; BLOCK]],
    /// Blocks of the end, of which `at..to` are still to come.
    end: [[u8; BLOCK]; 2],
    at: usize,
    to: usize,
    state: State,
}

#[target_feature(enable = "sha,ssse3,sse4.1")]
fn run<'a>(
    count: usize,
    message: &impl Fn(usize) -> &'a [u8],
    done: &mut impl FnMut(usize, [u8; 32]),
) {
    let mut waiting = (0..count).map(|number| Lane::begin(number, message(number)));
    let Some(mut one) = waiting.next() else { return };
    while let Some(mut two) = waiting.next() {
        // Whoever ends first is replaced, until nobody is waiting; the other goes on.
        one = loop {
            let steps = one.blocks().len().min(two.blocks().len());
            let (ours, theirs) = (&one.blocks()[..steps], &two.blocks()[..steps]);
            (one.state, two.state) = compress_two(one.state, two.state, ours, theirs);
            let ended = (one.pass(steps), two.pass(steps));
            if let (Some(hash), Some(other)) = ended {
                done(one.number, hash);
                done(two.number, other);
                let Some(next) = waiting.next() else { return };
                break next;
            } else if let Some(hash) = ended.0 {
                done(one.number, hash);
                let Some(next) = waiting.next() else { break two };
                one = next;
            } else if let Some(hash) = ended.1 {
                done(two.number, hash);
                let Some(next) = waiting.next() else { break one };
                two = next;
            }
        };
    }
    // The last message has nobody beside it.
    loop {
        let steps = one.blocks().len();
        one.state = one.blocks().iter().fold(one.state, |state, block| compress_one(state, block));
        if let Some(hash) = one.pass(steps) {
            return done(one.number, hash);
        }
    }
}

impl<'a> Lane<'a> {
    #[target_feature(enable = "sha,ssse3,sse4.1")]
    fn begin(number: usize, message: &'a [u8]) -> Lane<'a> {
        let (body, rest) = message.as_chunks::<BLOCK>();
        let mut end = [[0; BLOCK]; 2];
        end[0][..rest.len()].copy_from_slice(rest);
        end[0][rest.len()] = 0x80;
        let to = if rest.len() < BLOCK - LENGTH_BYTES { 1 } else { 2 };
        end[to - 1][BLOCK - LENGTH_BYTES..].copy_from_slice(&bits(message.len()));
        let part = if body.is_empty() { Part::End } else { Part::Body };
        Lane { number, part, body, end, at: 0, to, state: start() }
    }

    /// The blocks that can be hashed at once; never none.
    #[inline]
    fn blocks(&self) -> &[[u8; BLOCK]] {
        if self.part == Part::Body { self.body } else { &self.end[self.at..self.to] }
    }

    /// So many of them have been hashed. Returns the hash of the hash once it is there.
    #[target_feature(enable = "sha,ssse3,sse4.1")]
    fn pass(&mut self, steps: usize) -> Option<[u8; 32]> {
        if self.part == Part::Body {
            self.body = &self.body[steps..];
            if self.body.is_empty() {
                self.part = Part::End;
            }
            return None;
        }
        self.at += steps;
        if self.at < self.to {
            return None;
        }
        let hash = self.state.words();
        if self.part == Part::Again {
            return Some(hash);
        }
        let [again, _] = &mut self.end;
        *again = [0; BLOCK];
        again[..hash.len()].copy_from_slice(&hash);
        again[hash.len()] = 0x80;
        again[BLOCK - LENGTH_BYTES..].copy_from_slice(&bits(hash.len()));
        (self.part, self.at, self.to, self.state) = (Part::Again, 0, 1, start());
        None
    }
}

/// A length as it ends a message.
fn bits(bytes: usize) -> [u8; LENGTH_BYTES] {
    (bytes as u64).wrapping_mul(8).to_be_bytes()
}

#[target_feature(enable = "sse2")]
fn start() -> State {
    let row = |a: u32, b: u32, c: u32, d: u32| {
        let [a, b, c, d] = [a, b, c, d].map(u32::cast_signed);
        _mm_set_epi32(a, b, c, d)
    };
    State {
        abef: row(0x6a09_e667, 0xbb67_ae85, 0x510e_527f, 0x9b05_688c),
        cdgh: row(0x3c6e_f372, 0xa54f_f53a, 0x1f83_d9ab, 0x5be0_cd19),
    }
}

impl State {
    /// The hash.
    #[target_feature(enable = "sse4.1")]
    fn words(self) -> [u8; 32] {
        let State { abef, cdgh } = self;
        let words = [
            _mm_extract_epi32::<3>(abef),
            _mm_extract_epi32::<2>(abef),
            _mm_extract_epi32::<3>(cdgh),
            _mm_extract_epi32::<2>(cdgh),
            _mm_extract_epi32::<1>(abef),
            _mm_extract_epi32::<0>(abef),
            _mm_extract_epi32::<1>(cdgh),
            _mm_extract_epi32::<0>(cdgh),
        ];
        let mut hash = [0; 32];
        for (bytes, word) in hash.as_chunks_mut::<4>().0.iter_mut().zip(words) {
            *bytes = word.to_be_bytes();
        }
        hash
    }
}

/// The sixteen words of a block, four to a register.
#[target_feature(enable = "ssse3")]
#[inline]
fn load(block: &[u8; BLOCK]) -> [__m128i; 4] {
    let (halves, _) = block.as_chunks::<8>();
    let turn = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    [0, 2, 4, 6].map(|at| {
        let (low, high) = (i64::from_le_bytes(halves[at]), i64::from_le_bytes(halves[at + 1]));
        _mm_shuffle_epi8(_mm_set_epi64x(high, low), turn)
    })
}

#[target_feature(enable = "sse2")]
#[inline]
fn constants(row: usize) -> __m128i {
    let [a, b, c, d] = K[row].map(u32::cast_signed);
    _mm_set_epi32(d, c, b, a)
}

/// Four rounds; the words are turned on by four.
#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline]
fn four_rounds(state: &mut State, words: &mut [__m128i; 4], row: usize) {
    let [w0, w1, w2, w3] = *words;
    let sum = _mm_add_epi32(w0, constants(row));
    state.cdgh = _mm_sha256rnds2_epu32(state.cdgh, state.abef, sum);
    state.abef = _mm_sha256rnds2_epu32(state.abef, state.cdgh, _mm_shuffle_epi32::<0x0e>(sum));
    // The last three rows make no more words; what is computed for them is dropped.
    let mixed = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8::<4>(w3, w2));
    *words = [w1, w2, w3, _mm_sha256msg2_epu32(mixed, w3)];
}

#[target_feature(enable = "sse2")]
#[inline]
fn add(one: State, other: State) -> State {
    State { abef: _mm_add_epi32(one.abef, other.abef), cdgh: _mm_add_epi32(one.cdgh, other.cdgh) }
}

#[target_feature(enable = "sha,ssse3,sse4.1")]
fn compress_one(before: State, block: &[u8; BLOCK]) -> State {
    let (mut state, mut words) = (before, load(block));
    for row in 0..K.len() {
        four_rounds(&mut state, &mut words, row);
    }
    add(before, state)
}

/// As many blocks of two messages, step by step beside each other.
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn compress_two(
    mut one: State,
    mut two: State,
    ones: &[[u8; BLOCK]],
    twos: &[[u8; BLOCK]],
) -> (State, State) {
    for (block, other) in ones.iter().zip(twos) {
        let (before, before_two) = (one, two);
        let (mut words, mut words_two) = (load(block), load(other));
        macro_rules! rounds {
            ($($row:literal)*) => {$(
                four_rounds(&mut one, &mut words, $row);
                four_rounds(&mut two, &mut words_two, $row);
            )*};
        }
        rounds!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
        (one, two) = (add(before, one), add(before_two, two));
    }
    (one, two)
}
