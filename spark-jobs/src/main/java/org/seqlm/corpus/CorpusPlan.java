package org.seqlm.corpus;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;

/**
 * Which files a corpus has and how they are cut into ranges. It depends on the files alone, not on
 * the cluster: files in the order of their paths' bytes, text cut every 64 MiB, of small corpora
 * more often, smaller files packed together, files that cannot be cut whole.
 */
public final class CorpusPlan {
  /** Bytes a range of a large corpus. */
  public static final long RANGE_BYTES = 64L << 20;

  private static final long LEAST_RANGE_BYTES = 4L << 20;

  private final List<CorpusFile> files;
  private final List<CorpusRange> ranges;
  private final long rangeBytes;

  private CorpusPlan(List<CorpusFile> files, List<CorpusRange> ranges, long rangeBytes) {
    this.files = files;
    this.ranges = ranges;
    this.rangeBytes = rangeBytes;
  }

  /**
   * Finds the files.
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
    List<CorpusFile> files = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String input : source.paths()) {
      for (Found found : find(conf, input)) {
        String path = found.status.getPath().toString();
        if (seen.add(path)) {
          files.add(file(source, found));
        }
      }
    }
    files.sort(Comparator.comparing(file -> bytes(file.path()), Arrays::compareUnsigned));
    long bytes = files.stream().mapToLong(CorpusFile::length).sum();
    long size = rangeBytes > 0 ? rangeBytes : rangeBytes(bytes);
    return new CorpusPlan(files, cut(files, size), size);
  }

  /** A small corpus has ranges enough for some cores to share, a large one the largest ranges. */
  private static long rangeBytes(long bytes) {
    return Math.max(LEAST_RANGE_BYTES, Math.min(RANGE_BYTES, bytes / 16));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private record Found(FileStatus status, String relative) {}

  private static List<Found> find(Configuration conf, String input) throws IOException {
    Path path;
    FileSystem fs;
    try {
      path = new Path(input);
      fs = path.getFileSystem(conf);
    } catch (IllegalArgumentException | UnsupportedFileSystemException e) {
      throw UserException.configuration(
          "input " + input + " is no path that Hadoop understands: " + e.getMessage());
    }
    List<Found> found = new ArrayList<>();
    try {
      FileStatus status = fs.getFileStatus(path);
      if (status.isDirectory()) {
        refuseArtifact(conf, fs, input, path);
        walk(fs, status, "", found);
      } else {
        found.add(new Found(status, path.getName()));
      }
      if (found.isEmpty()) {
        throw UserException.data(
            "input " + input + " holds no files (names that begin with _ or . do not count)");
      }
      return found;
    } catch (FileNotFoundException e) {
      // Perhaps a glob; a file of that very name goes first.
    }
    FileStatus[] matches = fs.globStatus(path);
    String base = fixedPart(fs.makeQualified(path)).toUri().getPath();
    if (matches != null) {
      for (FileStatus status : matches) {
        if (hidden(status.getPath())) {
          continue;
        }
        String full = status.getPath().toUri().getPath();
        String relative = full.startsWith(base) ? full.substring(base.length()) : full;
        relative = relative.startsWith("/") ? relative.substring(1) : relative;
        if (status.isDirectory()) {
          walk(fs, status, relative + "/", found);
        } else {
          found.add(new Found(status, relative));
        }
      }
    }
    if (found.isEmpty()) {
      boolean glob = input.matches(".*[*?\\[{].*");
      throw UserException.data("input " + input + (glob ? " matches no file" : " does not exist"));
    }
    return found;
  }

  private static void refuseArtifact(Configuration conf, FileSystem fs, String input, Path folder)
      throws IOException {
    if (fs.exists(new Path(folder, Manifest.FILE_NAME))) {
      ArtifactReader artifact;
      try {
        artifact = ArtifactReader.open(conf, input);
      } catch (UserException | IOException e) {
        return; // somebody else's manifest.json
      }
      throw UserException.data(
          "input "
              + input
              + " holds a "
              + Json.name(artifact.manifest().kind())
              + ", but text is needed here");
    }
  }

  /** The parent of the first part of a glob that is none. */
  private static Path fixedPart(Path glob) {
    Path fixed = glob;
    for (Path at = glob; at.getParent() != null; at = at.getParent()) {
      if (at.getName().matches(".*[*?\\[{\\\\].*")) {
        fixed = at.getParent();
      }
    }
    return fixed.equals(glob) ? glob.getParent() : fixed;
  }

  private static void walk(FileSystem fs, FileStatus folder, String prefix, List<Found> found)
      throws IOException {
    for (FileStatus status : fs.listStatus(folder.getPath())) {
      if (hidden(status.getPath())) {
        continue;
      }
      String relative = prefix + status.getPath().getName();
      if (status.isDirectory()) {
        walk(fs, status, relative + "/", found);
      } else {
        found.add(new Found(status, relative));
      }
    }
  }

  private static boolean hidden(Path path) {
    return path.getName().startsWith("_") || path.getName().startsWith(".");
  }

  private static CorpusFile file(CorpusSource source, Found found) {
    String name = found.status.getPath().getName().toLowerCase(Locale.ROOT);
    Compression compression = Compression.ofName(name);
    String bare = compression == Compression.NONE ? name : name.substring(0, name.lastIndexOf('.'));
    CorpusFormat format = source.format();
    if (format == CorpusFormat.AUTO) {
      boolean json = bare.endsWith(".jsonl") || bare.endsWith(".ndjson") || bare.endsWith(".json");
      format =
          json
              ? CorpusFormat.JSONL
              : name.endsWith(".parquet") ? CorpusFormat.PARQUET : CorpusFormat.TEXT;
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
        found.status.getPath().toString(),
        found.relative,
        found.status.getLen(),
        format,
        compression,
        document);
  }

  private static List<CorpusRange> cut(List<CorpusFile> files, long rangeBytes) {
    List<CorpusRange> ranges = new ArrayList<>();
    List<CorpusRange.Piece> pieces = new ArrayList<>();
    long filled = 0;
    for (CorpusFile file : files) {
      if (!file.splittable() && filled > 0 && filled + file.length() > rangeBytes) {
        ranges.add(new CorpusRange(ranges.size(), List.copyOf(pieces)));
        pieces.clear();
        filled = 0;
      }
      long from = 0;
      do {
        long to =
            file.splittable() ? Math.min(file.length(), from + rangeBytes - filled) : file.length();
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

  /** In the order of the stream; each is read by one task. */
  public List<CorpusRange> ranges() {
    return ranges;
  }

  /** Bytes of all files as they are stored. */
  public long bytes() {
    return files.stream().mapToLong(CorpusFile::length).sum();
  }

  /** Whether the text of all files together has no more bytes than this; compressed text may. */
  public boolean textFits(long most) {
    return bytes() <= most && files.stream().allMatch(CorpusFile::splittable);
  }

  /** A few lines for a person: how much there is, how it is cut, the first files. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
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
              "%n  %s (%,d bytes, %s)", file.path(), file.length(), Json.name(file.format())));
    }
    if (files.size() > shown) {
      text.append(String.format("%n  and %,d more", files.size() - shown));
    }
    return text.toString();
  }
}
