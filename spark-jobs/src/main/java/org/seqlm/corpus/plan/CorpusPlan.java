package org.seqlm.corpus.plan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.file.Compression;
import org.seqlm.corpus.file.FileFinder;
import org.seqlm.corpus.file.PackedPiece;

/**
 * Which files a corpus has and how they are cut into ranges. It depends on the files alone, not on
 * the cluster: files in the order of their paths' bytes, text cut every 64 MiB, of small corpora
 * more often, smaller files packed together, files that cannot be cut whole. A file that can be cut
 * at its row groups or packed blocks only is cut where it has more bytes than a range, too; no file
 * is opened for that.
 */
public final class CorpusPlan {
  /** Bytes a range of a large corpus. */
  public static final long RANGE_BYTES = 64L << 20;

  private static final long LEAST_RANGE_BYTES = 4L << 20;

  private final List<CorpusFile> files;
  private final List<CorpusRange> ranges;
  private final RangeHosts hosts;
  private final long rangeBytes;

  private CorpusPlan(
      List<CorpusFile> files, List<CorpusRange> ranges, RangeHosts hosts, long rangeBytes) {
    this.files = files;
    this.ranges = ranges;
    this.hosts = hosts;
    this.rangeBytes = rangeBytes;
  }

  /**
   * Finds the files, and where their bytes lie. A job does so once, and hands the plan on: a
   * listing may take seconds.
   *
   * @throws UserException with exit code 3 if a path does not exist or matches nothing
   */
  public static CorpusPlan of(Configuration conf, CorpusSource source) throws IOException {
    return of(conf, source, 0);
  }

  /**
   * The same with ranges of another size; no result of reading them depends on it.
   *
   * @param rangeBytes 0 for as many as suit the corpus
   */
  public static CorpusPlan of(Configuration conf, CorpusSource source, long rangeBytes)
      throws IOException {
    if (source.format() == CorpusFormat.CSV) {
      throw UserException.configuration(
          "input.format csv is of labelled examples, which prepare --task reads: of text give"
              + " auto, text, jsonl, parquet or warc");
    }
    return of(conf, source, rangeBytes, CorpusPlan::ofText);
  }

  /**
   * Finds the files of labelled examples: rows with several columns, in JSON lines, Parquet or CSV.
   *
   * @throws UserException with exit code 3 if a path does not exist or matches nothing; 2 if
   *     neither the source nor a file's name says what it holds
   */
  public static CorpusPlan ofExamples(Configuration conf, CorpusSource source) throws IOException {
    return ofExamples(conf, source, 0);
  }

  /**
   * The same with ranges of another size; no result of reading them depends on it.
   *
   * @param rangeBytes 0 for as many as suit the corpus
   */
  public static CorpusPlan ofExamples(Configuration conf, CorpusSource source, long rangeBytes)
      throws IOException {
    if (source.format() == CorpusFormat.WARC) {
      throw UserException.configuration(
          "input.format warc is of text: of labelled examples give auto, jsonl, parquet or csv");
    }
    return of(conf, source, rangeBytes, CorpusPlan::ofRows);
  }

  private static CorpusPlan of(
      Configuration conf, CorpusSource source, long rangeBytes, Formats formats)
      throws IOException {
    List<CorpusFile> files = new ArrayList<>();
    Map<String, BlockLocation[]> blocks = new HashMap<>();
    for (FileFinder.Found found : FileFinder.find(conf, source.paths())) {
      CorpusFile file = file(source, found, formats);
      files.add(file);
      if (found.status() instanceof LocatedFileStatus located
          && located.getBlockLocations() != null) {
        blocks.put(file.path(), located.getBlockLocations());
      }
    }
    files.sort(Comparator.comparing(file -> bytes(file.path()), Arrays::compareUnsigned));
    long bytes = files.stream().mapToLong(CorpusFile::length).sum();
    long size = rangeBytes > 0 ? rangeBytes : rangeBytes(bytes);
    List<CorpusRange> ranges = cut(files, size);
    return new CorpusPlan(files, ranges, RangeHosts.of(ranges, blocks), size);
  }

  /**
   * What an input names itself: a file, a folder, or what a glob matches; nothing is looked for
   * below.
   */
  public static List<Path> matches(Configuration conf, String input) throws IOException {
    return FileFinder.matches(conf, input);
  }

  /** The folder that all lies below which an input that is a glob may match; nothing is asked. */
  public static Path above(Configuration conf, String input) throws IOException {
    return FileFinder.above(conf, input);
  }

  /** Whether an input's name may be a glob. */
  public static boolean isGlob(String input) {
    return FileFinder.isGlob(input);
  }

  /** A small corpus has ranges enough for some cores to share, a large one the largest ranges. */
  private static long rangeBytes(long bytes) {
    return Math.max(LEAST_RANGE_BYTES, Math.min(RANGE_BYTES, bytes / 16));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The format of a file by its name in lower case, with and without a packer's extension. */
  @FunctionalInterface
  private interface Formats {
    CorpusFormat of(String name, String bare);
  }

  private static CorpusFormat ofText(String name, String bare) {
    if (bare.endsWith(".warc") || bare.endsWith(".wet")) {
      return CorpusFormat.WARC;
    }
    boolean json = bare.endsWith(".jsonl") || bare.endsWith(".ndjson") || bare.endsWith(".json");
    return json
        ? CorpusFormat.JSONL
        : name.endsWith(".parquet") ? CorpusFormat.PARQUET : CorpusFormat.TEXT;
  }

  private static CorpusFormat ofRows(String name, String bare) {
    CorpusFormat format = bare.endsWith(".csv") ? CorpusFormat.CSV : ofText(name, bare);
    if (format == CorpusFormat.TEXT || format == CorpusFormat.WARC) {
      throw UserException.configuration(
          "the file "
              + name
              + " does not say what it holds: labelled examples are read from .jsonl, .parquet and"
              + " .csv; rename it, or give --format jsonl, parquet or csv for all files");
    }
    return format;
  }

  private static CorpusFile file(CorpusSource source, FileFinder.Found found, Formats formats) {
    String name = found.status().getPath().getName().toLowerCase(Locale.ROOT);
    Compression compression = Compression.ofName(name);
    String bare = compression == Compression.NONE ? name : name.substring(0, name.lastIndexOf('.'));
    CorpusFormat format = source.format();
    if (format == CorpusFormat.AUTO) {
      format = formats.of(name, bare);
    }
    if (format == CorpusFormat.PARQUET) {
      compression = Compression.NONE; // its own, inside
    }
    DocumentUnit document = source.document();
    if (document == DocumentUnit.AUTO) {
      document = format == CorpusFormat.TEXT ? DocumentUnit.FILE : DocumentUnit.RECORD;
    }
    if (document == DocumentUnit.RECORD && format == CorpusFormat.TEXT) {
      document = DocumentUnit.LINE;
    }
    return new CorpusFile(
        found.status().getPath().toString(),
        found.relative(),
        found.status().getLen(),
        format,
        compression,
        document);
  }

  private static List<CorpusRange> cut(List<CorpusFile> files, long rangeBytes) {
    List<CorpusRange> ranges = new ArrayList<>();
    List<CorpusRange.Piece> pieces = new ArrayList<>();
    long filled = 0;
    for (CorpusFile file : files) {
      boolean anywhere = file.cuts() == CorpusFile.Cuts.ANYWHERE;
      boolean whole =
          file.cuts() == CorpusFile.Cuts.NOWHERE || !anywhere && file.length() <= rangeBytes;
      if (!anywhere && filled > 0 && filled + file.length() > rangeBytes) {
        ranges.add(new CorpusRange(ranges.size(), List.copyOf(pieces)));
        pieces.clear();
        filled = 0;
      }
      long from = 0;
      do {
        long to = whole ? file.length() : Math.min(file.length(), from + rangeBytes - filled);
        pieces.add(new CorpusRange.Piece(file, from, to));
        filled += to - from;
        from = to;
        if (filled >= rangeBytes) {
          ranges.add(new CorpusRange(ranges.size(), List.copyOf(pieces)));
          pieces.clear();
          filled = 0;
        }
      } while (from < file.length());
    }
    if (!pieces.isEmpty()) {
      ranges.add(new CorpusRange(ranges.size(), List.copyOf(pieces)));
    }
    return ranges;
  }

  /**
   * The pieces of packed files that are cut, of each of them alone, range by range; no range where
   * there are none. What is found of them goes to {@link #with}.
   */
  public CorpusPlan packedParts() {
    List<CorpusRange> parts = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    for (CorpusRange range : ranges) {
      List<CorpusRange.Piece> pieces =
          range.pieces().stream().filter(CorpusRange.Piece::packedPart).toList();
      if (!pieces.isEmpty()) {
        kept.add(range.index());
        parts.add(new CorpusRange(parts.size(), pieces));
      }
    }
    return new CorpusPlan(files, parts, hosts.only(kept), rangeBytes);
  }

  /**
   * The same, knowing which text each piece holds.
   *
   * @param parts of all pieces of {@link #packedParts}, in their order
   */
  public CorpusPlan with(List<PackedPiece> parts) {
    List<CorpusRange> known = new ArrayList<>();
    Iterator<PieceText> texts = texts(parts).iterator();
    for (CorpusRange range : ranges) {
      known.add(
          new CorpusRange(
              range.index(),
              range.pieces().stream()
                  .map(
                      piece ->
                          piece.packedPart()
                              ? new CorpusRange.Piece(
                                  piece.file(), piece.from(), piece.to(), texts.next())
                              : piece)
                  .toList()));
    }
    return new CorpusPlan(files, known, hosts, rangeBytes);
  }

  /**
   * The same ranges, each with what whole documents take that begin in it. A file that is one
   * document, and packed text whose documents blank lines part, is read whole where it begins. Of
   * other text that blank lines part a range's last piece is followed by the rest of its file, of
   * which a reader takes what the open document has; see {@link CorpusRange#rest}.
   */
  public CorpusPlan wholeDocuments() {
    List<CorpusRange> whole = new ArrayList<>();
    for (CorpusRange range : ranges) {
      List<CorpusRange.Piece> pieces = new ArrayList<>();
      for (CorpusRange.Piece piece : range.pieces()) {
        CorpusFile file = piece.file();
        boolean cut = piece.from() > 0 || piece.to() < file.length();
        if (!cut || file.document() != DocumentUnit.FILE && !partedByLines(file)) {
          pieces.add(piece);
        } else if (partedByLines(file) && file.cuts() == CorpusFile.Cuts.ANYWHERE) {
          pieces.add(piece);
          if (piece.to() < file.length()) {
            pieces.add(new CorpusRange.Piece(file, piece.to(), file.length()));
          }
        } else if (piece.from() == 0) {
          pieces.add(new CorpusRange.Piece(file, 0, file.length()));
        }
      }
      whole.add(new CorpusRange(range.index(), List.copyOf(pieces)));
    }
    return new CorpusPlan(files, whole, hosts, rangeBytes);
  }

  /** Elsewhere a record holds its documents whole. */
  private static boolean partedByLines(CorpusFile file) {
    return file.document() == DocumentUnit.BLANK_LINE && file.format() == CorpusFormat.TEXT;
  }

  private List<PieceText> texts(List<PackedPiece> parts) {
    List<PieceText> texts = new ArrayList<>();
    List<PackedPiece> ofFile = new ArrayList<>();
    for (CorpusRange range : ranges) {
      for (CorpusRange.Piece piece : range.pieces()) {
        if (piece.packedPart()) {
          ofFile.add(parts.get(texts.size() + ofFile.size()));
          if (piece.to() == piece.file().length()) {
            texts.addAll(List.of(PieceText.of(ofFile)));
            ofFile.clear();
          }
        }
      }
    }
    return texts;
  }

  /** In the order of the stream; each is read by one task. */
  public List<CorpusRange> ranges() {
    return ranges;
  }

  /** Up to three hosts that hold most of a range, the one that holds most first. */
  public List<String> hosts(int range) {
    return hosts.of(range);
  }

  /** Bytes of all files as they are stored. */
  public long bytes() {
    return files.stream().mapToLong(CorpusFile::length).sum();
  }

  /** Whether the text of all files together has no more bytes than this; compressed text may. */
  public boolean textFits(long most) {
    return bytes() <= most
        && files.stream().allMatch(file -> file.cuts() == CorpusFile.Cuts.ANYWHERE);
  }

  /** A few lines for a person: how much there is, how it is cut, the first files. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "reads %,d %s, %,d bytes, in %,d %s of up to %d MiB",
            files.size(),
            files.size() == 1 ? "file" : "files",
            bytes(),
            ranges.size(),
            ranges.size() == 1 ? "range" : "ranges",
            Math.max(1, rangeBytes >> 20)));
    int shown = 5;
    for (CorpusFile file : files.subList(0, Math.min(shown, files.size()))) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n  %s (%,d bytes, %s)",
              file.path(),
              file.length(),
              Json.name(file.format())));
    }
    if (files.size() > shown) {
      text.append(String.format(Locale.ROOT, "%n  and %,d more", files.size() - shown));
    }
    return text.toString();
  }
}
