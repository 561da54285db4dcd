//! The structure of JPEG files: what each rule accepts, and its error for everything else.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use nearfar_protocol::jpeg::{Dimensions, JpegError, PictureRule};

const SOF0: u8 = 0xc0;
const DHT: u8 = 0xc4;
const SOS: u8 = 0xda;
const DQT: u8 = 0xdb;
const DRI: u8 = 0xdd;

/// A file of segments for alteration. Its data is no picture; nothing here decodes it.
#[derive(Clone)]
struct File {
    segments: Vec<(u8, Vec<u8>)>,
    scan: Vec<u8>,
    tail: Vec<u8>,
}

impl File {
    /// As the engine writes it.
    fn engine(width: u16, height: u16) -> Self {
        let table = |first: u8, length: usize| [vec![first], vec![1; length - 1]].concat();
        let segments = vec![
            (0xe0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0".to_vec()),
            (SOF0, frame(width, height, [[0, 0x22, 0], [1, 0x11, 1], [2, 0x11, 1]])),
            (DQT, table(0, 65)),
            (DQT, table(1, 65)),
            (DHT, table(0x00, 29)),
            (DHT, table(0x10, 179)),
            (DHT, table(0x01, 29)),
            (DHT, table(0x11, 179)),
            (SOS, vec![3, 0, 0x00, 1, 0x11, 2, 0x11, 0, 63, 0]),
        ];
        Self { segments, scan: scan(width, height), tail: vec![0xff, 0xd9] }
    }

    /// As libjpeg writes it: tables of one entry are enough.
    fn canvas(width: u16, height: u16) -> Self {
        let huffman = |number: u8| [vec![number, 1], vec![0; 15], vec![0]].concat();
        let tables = [0x00, 0x10, 0x01, 0x11].map(huffman).concat();
        let segments = vec![
            (0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec()),
            (DQT, [vec![0], vec![1; 64], vec![1], vec![1; 64]].concat()),
            (SOF0, frame(width, height, [[1, 0x22, 0], [2, 0x11, 1], [3, 0x11, 1]])),
            (DHT, tables),
            (SOS, vec![3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]),
        ];
        Self { segments, scan: scan(width, height), tail: vec![0xff, 0xd9] }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8];
        for (marker, payload) in &self.segments {
            let length = u16::try_from(payload.len() + 2).unwrap();
            bytes.extend([[0xff, *marker], length.to_be_bytes()].concat());
            bytes.extend(payload);
        }
        [bytes, self.scan.clone(), self.tail.clone()].concat()
    }

    /// The payload of the first segment with that marker.
    fn payload(&mut self, marker: u8) -> &mut Vec<u8> {
        let found = self.segments.iter_mut().find(|(known, _)| *known == marker);
        &mut found.unwrap().1
    }

    /// Inserts a segment before the scan header.
    fn insert(&mut self, marker: u8, payload: Vec<u8>) {
        self.segments.insert(self.segments.len() - 1, (marker, payload));
    }
}

fn frame(width: u16, height: u16, components: [[u8; 3]; 3]) -> Vec<u8> {
    [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[3], &components.concat()].concat()
}

/// The minimum data of every block, including a 0xff.
fn scan(width: u16, height: u16) -> Vec<u8> {
    let blocks = usize::from(width.div_ceil(16)) * usize::from(height.div_ceil(16)) * 6;
    [vec![0xff, 0x00], vec![0; blocks.div_ceil(4) - 1]].concat()
}

type Alteration = fn(&mut File);
type Case = (&'static str, Alteration, &'static str);

/// Rejected by both rules.
const NEVER: [Case; 24] = [
    ("text", |f| f.tail = b"x".to_vec(), "the file ends too early"),
    ("progressive", |f| sof(f, 0xc2), "the picture is progressive; only baseline is accepted"),
    ("extended", |f| sof(f, 0xc1), "the picture is extended sequential; only baseline is accepted"),
    ("lossless", |f| sof(f, 0xc3), "the picture is lossless; only baseline is accepted"),
    ("hierarchical", |f| sof(f, 0xc5), "the picture is hierarchical; only baseline is accepted"),
    ("hierarchical progression", |f| f.segments.insert(0, (0xde, vec![0])), "the picture is hierarchical; only"),
    ("arithmetic", |f| sof(f, 0xc9), "the picture is arithmetic coded; only baseline is accepted"),
    ("arithmetic tables", |f| f.insert(0xcc, vec![0, 0]), "the picture is arithmetic coded; only baseline is accepted"),
    ("12 bits", |f| f.payload(SOF0)[0] = 12, "samples of 12 bits; only 8 are accepted"),
    ("grey", |f| f.payload(SOF0)[5] = 1, "1 colour components; only 3 are accepted"),
    ("CMYK", cmyk, "4 colour components; only 3 are accepted"),
    ("no rows", |f| f.payload(SOF0)[1..3].fill(0), "256x0 pixels; only sides of"),
    ("no columns", |f| f.payload(SOF0)[3..5].fill(0), "0x256 pixels; only sides of"),
    ("65535 rows", |f| f.payload(SOF0)[1..3].fill(255), "256x65535 pixels; only sides of"),
    (
        "two frames",
        |f| f.insert(SOF0, frame(256, 256, [[1, 0x22, 0], [2, 0x11, 1], [3, 0x11, 1]])),
        "unexpected marker",
    ),
    ("rows told later", |f| f.tail = vec![0xff, 0xdc, 0, 4, 1, 0, 0xff, 0xd9], "unexpected marker 0xffdc"),
    ("restarts", |f| f.scan.extend([0xff, 0xd0, 0]), "unexpected restart markers"),
    ("a scan more", |f| f.tail = vec![0xff, 0xda, 0, 2, 0xff, 0xd9], "the file has more than one scan"),
    ("a picture more", |f| f.tail = [f.tail.clone(), f.bytes()].concat(), " bytes follow the end of the picture"),
    ("a byte more", |f| f.tail.push(0), "1 bytes follow the end of the picture"),
    ("no end", |f| f.tail.clear(), "the file ends too early"),
    ("too little data", |f| f.scan.truncate(f.scan.len() / 2), "the file ends too early"),
    ("one of three components", |f| *f.payload(SOS) = vec![1, 1, 0, 0, 63, 0], "unexpected content in the segment of"),
    ("a scan of means alone", |f| f.payload(SOS)[8] = 0, "unexpected content in the segment of marker 0xffda"),
];

fn sof(file: &mut File, marker: u8) {
    file.segments.iter_mut().find(|(known, _)| *known == SOF0).unwrap().0 = marker;
}

fn cmyk(file: &mut File) {
    let payload = file.payload(SOF0);
    payload[5] = 4;
    payload.extend([4, 0x11, 0]);
}

#[track_caller]
fn refuses(rule: &PictureRule, good: &File, cases: &[Case]) {
    assert_eq!(rule.check(&good.bytes()), Ok(Dimensions { width: 256, height: 256 }));
    for (name, alter, why) in cases {
        let mut altered = good.clone();
        alter(&mut altered);
        let said = rule.check(&altered.bytes()).expect_err(name).to_string();
        assert!(said.contains(why), "{name}: {said}");
    }
}

#[test]
fn both_rules_reject_foreign_jpegs() {
    refuses(&PictureRule::STILL, &File::engine(256, 256), &NEVER);
    refuses(&PictureRule::PHOTO, &File::canvas(256, 256), &NEVER);
    for rule in [PictureRule::STILL, PictureRule::AUDIT, PictureRule::PHOTO, PictureRule::LIGHT] {
        assert_eq!(rule.check(b""), Err(JpegError::NotJpeg));
        assert_eq!(rule.check(b"\x89PNG\r\n"), Err(JpegError::NotJpeg));
        assert_eq!(rule.check(b"\xff\xd8"), Err(JpegError::Truncated));
    }
}

#[test]
fn the_engines_segments_have_one_order_and_one_content() {
    let cases: [Case; 11] = [
        ("a comment", |f| f.insert(0xfe, b"hello".to_vec()), "unexpected marker 0xfffe"),
        ("an interval", |f| f.insert(DRI, vec![0, 1]), "unexpected marker 0xffdd"),
        ("a profile", |f| f.segments.insert(1, (0xe2, b"ICC_PROFILE\0\x01\x01".to_vec())), "unexpected marker 0xffe2"),
        ("Exif", |f| f.segments.insert(1, (0xe1, b"Exif\0\0".to_vec())), "unexpected marker 0xffe1"),
        ("another JFIF", |f| f.payload(0xe0)[6] = 1, "unexpected content in the segment of marker 0xffe0"),
        ("all colour", |f| f.payload(SOF0)[7] = 0x11, "unexpected content in the segment of marker 0xffc0"),
        ("other ids", |f| f.payload(SOF0)[6] = 1, "unexpected content in the segment of marker 0xffc0"),
        ("tables first", |f| f.segments.swap(1, 2), "unexpected marker 0xffdb"),
        ("a table twice", |f| f.payload(DQT)[0] = 1, "unexpected content in the segment of marker 0xffdb"),
        ("other codes", |f| f.payload(DHT).truncate(28), "unexpected content in the segment of marker 0xffc4"),
        ("a table less", |f| drop(f.segments.remove(7)), "unexpected marker 0xffda"),
    ];
    refuses(&PictureRule::STILL, &File::engine(256, 256), &cases);
    assert!(PictureRule::STILL.check(&File::canvas(256, 256).bytes()).is_err(), "no canvas wrote it");
}

#[test]
fn canvas_segments_of_known_browsers_are_accepted() {
    let accepted: [(&str, Alteration); 7] = [
        ("all colour", |f| {
            f.payload(SOF0)[7] = 0x11;
            f.scan.resize(800, 0);
        }),
        ("half of the colour", |f| {
            f.payload(SOF0)[7] = 0x21;
            f.scan.resize(800, 0);
        }),
        ("ids of letters", |f| {
            let letters = b"YCB";
            for (index, letter) in letters.iter().enumerate() {
                f.payload(SOF0)[6 + 3 * index] = *letter;
                f.payload(SOS)[1 + 2 * index] = *letter;
            }
        }),
        ("a profile", |f| f.insert(0xe2, vec![1; 3144])),
        ("Exif and Photoshop's", |f| {
            f.insert(0xe1, vec![1; 100]);
            f.insert(0xed, vec![1; 56]);
        }),
        ("a comment", |f| f.insert(0xfe, b"some encoder".to_vec())),
        ("restarts", |f| {
            f.insert(DRI, vec![0, 16]);
            let rows: Vec<u8> = (0..15).flat_map(|row| [vec![0; 40], vec![0xff, 0xd0 + row % 8]].concat()).collect();
            f.scan = [rows, vec![0; 40]].concat();
        }),
    ];
    for (name, alter) in accepted {
        let mut file = File::canvas(256, 256);
        alter(&mut file);
        PictureRule::PHOTO.check(&file.bytes()).expect(name);
    }
    let cases: [Case; 12] = [
        (
            "900 kB of profile",
            |f| f.segments.splice(1..1, vec![(0xe2, vec![1; 60_000]); 15]).for_each(drop),
            "metadata",
        ),
        ("17 kB of profile", |f| f.insert(0xe2, vec![1; 17_000]), "more than 16384 bytes of metadata"),
        ("segments", |f| f.segments.splice(1..1, vec![(0xe1, vec![1]); 30]).for_each(drop), "more than 24 segments"),
        ("an unknown segment", |f| f.insert(0xe5, vec![1]), "unexpected marker 0xffe5"),
        ("much sampling", |f| f.payload(SOF0)[7] = 0x44, "unexpected content in the segment of marker 0xffc0"),
        ("no sampling", |f| f.payload(SOF0)[7] = 0, "unexpected content in the segment of marker 0xffc0"),
        ("sampled chroma", |f| f.payload(SOF0)[10] = 0x22, "unexpected content in the segment of marker 0xffc0"),
        ("a table that ends", |f| f.payload(DHT)[1] = 255, "unexpected content in the segment of marker 0xffc4"),
        ("a divisor of 0", |f| f.payload(DQT)[3] = 0, "unexpected content in the segment of marker 0xffdb"),
        ("tables", |f| f.insert(DHT, File::canvas(1, 1).payload(DHT).clone()), "unexpected content in the segment"),
        (
            "restarts out of order",
            |f| {
                f.insert(DRI, vec![0, 16]);
                f.scan.extend([0xff, 0xd1, 0]);
            },
            "unexpected restart markers",
        ),
        (
            "restarts for more rows",
            |f| {
                f.insert(DRI, vec![0, 128]);
                f.scan.extend([0xff, 0xd0, 0, 0xff, 0xd1, 0]);
            },
            "unexpected restart markers",
        ),
    ];
    refuses(&PictureRule::PHOTO, &File::canvas(256, 256), &cases);
}

#[test]
fn each_picture_rule_has_its_own_sizes() {
    let engine = |rule: &PictureRule, width, height| rule.check(&File::engine(width, height).bytes()).is_ok();
    let canvas = |rule: &PictureRule, width, height| rule.check(&File::canvas(width, height).bytes()).is_ok();
    assert!(engine(&PictureRule::STILL, 256, 256) && engine(&PictureRule::STILL, 4096, 3072));
    assert!(engine(&PictureRule::STILL, 3072, 4096));
    assert!(!engine(&PictureRule::STILL, 255, 256) && !engine(&PictureRule::STILL, 4097, 256));
    assert!(!engine(&PictureRule::STILL, 4096, 4096), "more pixels than any camera has");
    assert!(engine(&PictureRule::AUDIT, 320, 180) && engine(&PictureRule::AUDIT, 16, 320));
    assert!(!engine(&PictureRule::AUDIT, 321, 180) && !engine(&PictureRule::AUDIT, 15, 320));
    assert!(canvas(&PictureRule::PHOTO, 2048, 2048) && !canvas(&PictureRule::PHOTO, 2049, 2048));
    assert!(!canvas(&PictureRule::PHOTO, 255, 256));
    assert!(canvas(&PictureRule::LIGHT, 320, 320) && !canvas(&PictureRule::LIGHT, 320, 321));
}

/// The picture of issue 14: 4096x4096, 95 scans.
#[test]
fn progressive_jpegs_are_rejected_at_the_frame_header() {
    for (rule, mut slow) in
        [(PictureRule::STILL, File::engine(4096, 4096)), (PictureRule::PHOTO, File::canvas(4096, 4096))]
    {
        sof(&mut slow, 0xc2);
        for _ in 0..94 {
            slow.tail.splice(0..0, [0xff, SOS, 0, 8, 1, 1, 0, 0, 0, 0, 1, 2, 3]);
        }
        assert_eq!(rule.check(&slow.bytes()), Err(JpegError::Coding("progressive")));
    }
}
