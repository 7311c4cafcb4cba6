//! A download of the size and layout of the official one: 372 databases, 200 MB. Made on the fly in a temporary file,
//! read by ranges, and deleted. What is asserted is bytes, not seconds.

use std::{
    cell::{Cell, RefCell},
    fs::File,
    io::{BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    rc::Rc,
};

use futures::future::{FutureExt, LocalBoxFuture, ready};
use promptbeam::{
    ports::files::{FileError, InputFile},
    run::import::ImportProgress,
    text2sql::archive::crc32,
};

use crate::{database, question};

/// Databases in `database/`, and in `test_database/`, as in the official zip.
const DATABASES: usize = 166;
const TEST_DATABASES: usize = 206;
/// Of one database: 372 of them make 200 MB.
const DATABASE_BYTES: usize = 540 << 10;
/// Questions are about the first so many databases.
const NAMED: usize = 20;

/// A file on disk that counts what is read of it, and deletes itself.
struct OnDisk {
    path: PathBuf,
    size: u64,
    file: RefCell<File>,
    read: Cell<u64>,
    most_at_once: Cell<u64>,
}

impl InputFile for OnDisk {
    fn path(&self) -> &str {
        "spider_data.zip"
    }

    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, start: u64, end: u64) -> LocalBoxFuture<'_, Result<Vec<u8>, FileError>> {
        let end = end.min(self.size);
        let mut content = vec![0; end.saturating_sub(start) as usize];
        let mut file = self.file.borrow_mut();
        file.seek(SeekFrom::Start(start)).and_then(|_| file.read_exact(&mut content)).expect("the file is there");
        self.read.set(self.read.get() + content.len() as u64);
        self.most_at_once.set(self.most_at_once.get().max(content.len() as u64));
        ready(Ok(content)).boxed_local()
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        std::fs::remove_file(&self.path).ok();
    }
}

/// A sound database of `DATABASE_BYTES`: a small one, and pages after its end that nothing refers to and nothing can pack.
fn padded() -> Vec<u8> {
    let mut content = database();
    // Its page count, as of a version that wrote no valid one: then the file's own size counts.
    content[92..96].fill(0xff);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    while content.len() < DATABASE_BYTES {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        content.extend(state.to_le_bytes());
    }
    content
}

/// Writes the zip, every file stored, and returns its size.
fn write(path: &Path) -> u64 {
    let mut out = BufWriter::new(File::create(path).expect("a temporary file"));
    let (mut directory, mut at, mut count) = (Vec::new(), 0_u64, 0_u16);
    let mut add = |name: &str, content: &[u8], checksum: u32| {
        let mut fields = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        for word in [checksum, content.len() as u32, content.len() as u32] {
            fields.extend(word.to_le_bytes());
        }
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend((at as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        let parts = [b"PK\x03\x04".as_slice(), &fields, name.as_bytes(), content];
        for part in parts {
            out.write_all(part).expect("room on the disk");
            at += part.len() as u64;
        }
        count += 1;
    };
    let name = |number: usize| format!("db_{number:03}");
    let questions = |number: usize| {
        let all: Vec<_> = (0..number).map(|n| question(&name(n % NAMED), &format!("Question {n}?"))).collect();
        format!("[{}]", all.join(",\n"))
    };
    let texts = [
        ("README.txt", "Spider".to_owned()),
        ("tables.json", "[]".to_owned()),
        ("train_spider.json", questions(7000)),
        ("dev.json", questions(1034)),
        ("dev_gold.sql", "SELECT a FROM t\tdb_000\n".to_owned()),
    ];
    for (name, text) in texts {
        add(&format!("spider_data/{name}"), text.as_bytes(), crc32(text.as_bytes()));
    }
    let (padded, schema) = (padded(), b"CREATE TABLE t (a INTEGER, b TEXT);");
    let (padded_sum, schema_sum) = (crc32(&padded), crc32(schema));
    for (folder, number) in [("database", DATABASES), ("test_database", TEST_DATABASES)] {
        for n in 0..number {
            let db = name(n);
            add(&format!("spider_data/{folder}/{db}/{db}.sqlite"), &padded, padded_sum);
            add(&format!("spider_data/{folder}/{db}/schema.sql"), schema, schema_sum);
        }
    }
    let length = directory.len() as u32;
    let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
    for half in [count, count] {
        end.extend(half.to_le_bytes());
    }
    for word in [length, at as u32] {
        end.extend(word.to_le_bytes());
    }
    end.extend([0, 0]);
    out.write_all(&directory).and_then(|()| out.write_all(&end)).and_then(|()| out.flush()).expect("room on the disk");
    at + u64::from(length) + end.len() as u64
}

#[test]
fn a_download_of_200_mb_is_listed_from_a_hundredth_of_it_and_only_what_is_asked_for_is_read() {
    let path = std::env::temp_dir().join(format!("promptbeam-large-{}.zip", std::process::id()));
    let size = write(&path);
    let file = RefCell::new(File::open(&path).expect("it was just written"));
    let zip = Rc::new(OnDisk { path, size, file, read: Cell::new(0), most_at_once: Cell::new(0) });
    assert!(size > 200_000_000, "{size}");

    let before_databases = Cell::new(0);
    let watch = |progress: ImportProgress| {
        if progress.file.ends_with(".sqlite") && before_databases.get() == 0 {
            before_databases.set(zip.read.get());
        }
    };
    let given: [Rc<dyn InputFile>; 1] = [zip.clone()];
    let import =
        crate::import(&given, &Default::default(), &watch).now_or_never().expect("a disk never waits").unwrap();

    let report = &import.report;
    assert_eq!((report.questions(), report.databases.len()), (1034, NAMED));
    let unused = DATABASES + TEST_DATABASES - NAMED;
    // Beside them: two schemas for each name, tables.json, the gold list and the readme.
    assert_eq!(report.not_needed.total as usize, unused + DATABASES + TEST_DATABASES + 3);
    let listed = before_databases.get();
    assert!(listed > 0 && listed < size / 100, "{listed} of {size} bytes were read before the first database");
    let databases = (NAMED * DATABASE_BYTES) as u64;
    assert!(zip.read.get() < listed + databases + (NAMED as u64) * 100, "{} bytes were read", zip.read.get());
    assert!(zip.most_at_once.get() <= 1 << 20, "{} bytes were read at once", zip.most_at_once.get());
}
