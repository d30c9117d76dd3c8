package org.seqlm.corpus.plan;

import java.util.List;
import org.seqlm.Problems;

/**
 * Where a text is and how to read it; the configuration group {@code input} of every job that reads
 * text.
 *
 * @param paths any Hadoop paths, globs and folders (searched to any depth; names that begin with
 *     {@code _} or {@code .} are skipped there); the files are read in the order of their paths'
 *     bytes, each once
 * @param format of the files
 * @param textField the key of a JSON record or the column of a Parquet row that holds its text
 * @param document what is one document
 * @param badRecords how much may be bad
 * @param maxRecordBytes the length a line of text, a line of JSON or a Parquet value may have
 * @param longRecords what becomes of a longer one; null, as where nobody wrote it down, for dropped
 * @param maxZstdWindowLog the window that a zstd file may ask for, as the exponent of a power of
 *     two bytes; a task that reads it takes as much memory outside the heap
 */
public record CorpusSource(
    List<String> paths,
    CorpusFormat format,
    String textField,
    DocumentUnit document,
    BadRecordLimits badRecords,
    int maxRecordBytes,
    LongRecords longRecords,
    int maxZstdWindowLog)
    implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  /** 1 MiB. */
  public static final int DEFAULT_MAX_RECORD_BYTES = 1 << 20;

  /** 128 MiB, zstd's own. */
  public static final int DEFAULT_MAX_ZSTD_WINDOW_LOG = 27;

  /** A record of JSON lines, Parquet or WARC is held as a whole up to so many times the bound. */
  private static final int HELD = 16;

  public CorpusSource {
    longRecords = longRecords == null ? LongRecords.DROP : longRecords;
    new Problems()
        .present("input.paths", paths, "give --input PATH, a file, a folder or a glob")
        .present("input.format", format, "give auto, text, jsonl, parquet or warc")
        .present("input.text-field", textField, "give the name of a key or column, such as text")
        .present("input.document", document, "give auto, file, record, line or blank-line")
        .present("input.bad-records", badRecords, "give max-fraction and max-unreadable-files")
        .inRange("input.max-record-bytes", maxRecordBytes, 16, 1 << 30)
        .inRange("input.max-zstd-window-log", maxZstdWindowLog, 10, 31)
        .throwIfAny();
    paths = List.copyOf(paths);
  }

  /** Long records are dropped. */
  public CorpusSource(
      List<String> paths,
      CorpusFormat format,
      String textField,
      DocumentUnit document,
      BadRecordLimits badRecords,
      int maxRecordBytes,
      int maxZstdWindowLog) {
    this(
        paths,
        format,
        textField,
        document,
        badRecords,
        maxRecordBytes,
        LongRecords.DROP,
        maxZstdWindowLog);
  }

  /** The length that a record may have which is held as a whole, to be split or not. */
  public int mostHeld() {
    return longRecords == LongRecords.SPLIT
        ? (int) Math.min(1 << 30, (long) HELD * maxRecordBytes)
        : maxRecordBytes;
  }

  /** These paths, everything else by default. */
  public static CorpusSource of(List<String> paths) {
    return new CorpusSource(
        paths,
        CorpusFormat.AUTO,
        "text",
        DocumentUnit.AUTO,
        BadRecordLimits.DEFAULT,
        DEFAULT_MAX_RECORD_BYTES,
        LongRecords.SPLIT,
        DEFAULT_MAX_ZSTD_WINDOW_LOG);
  }

  /** Other paths, everything else as here. */
  public CorpusSource with(List<String> others) {
    return new CorpusSource(
        others,
        format,
        textField,
        document,
        badRecords,
        maxRecordBytes,
        longRecords,
        maxZstdWindowLog);
  }
}
