package org.seqlm.corpus.night;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.corpus.file.FileFinder;
import org.seqlm.store.Paths;
import org.seqlm.text.Hash128;

/** Finds the partitions below some paths, in as few calls as finding the files of a corpus. */
public final class NightListing {
  private final String prefix;
  private final Map<String, Found> found = new TreeMap<>();

  /** The folder whose name begins the names of what lies below an input, by partition's path. */
  private final Map<String, String> inputs = new HashMap<>();

  private final Set<String> files = new HashSet<>();

  /** A partition whose files are being added; the sum of their hashes has no order. */
  private static final class Found {
    private final String path;
    private final String date;
    private long files;
    private long bytes;
    private long high;
    private long low;

    Found(String path, String date) {
      this.path = path;
      this.date = date;
    }

    void add(String name, long length) {
      byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
      Hash128 hash = new Hash128().hash(utf8, 0, utf8.length, length, 7);
      files++;
      bytes += length;
      high += hash.high();
      low += hash.low();
    }
  }

  private NightListing(String partitionKey) {
    prefix = partitionKey + "=";
  }

  /**
   * Finds partitions: folders {@code KEY=YYYY-MM-DD} at any depth, and files outside of them. A
   * file's innermost such folder has it. Folders directly below a path that hold nothing are
   * partitions, too.
   *
   * @param paths files, folders and globs on any Hadoop path
   * @param partitionKey of the folders, such as {@code dt}
   * @return by rising name
   * @throws UserException with exit code 3 if a path does not exist or holds no files, 2 if two
   *     paths have partitions of one name
   */
  public static List<InputPartition> of(Configuration conf, List<String> paths, String partitionKey)
      throws IOException {
    NightListing listing = new NightListing(partitionKey);
    for (String input : paths) {
      listing.input(conf, input);
    }
    List<InputPartition> partitions = new ArrayList<>();
    Map<String, String> names = new HashMap<>();
    for (Found one : listing.found.values()) {
      String name = name(one.path, listing.inputs.get(one.path));
      String other = names.put(name, one.path);
      if (other != null) {
        throw UserException.configuration(
            "--input leads to two partitions "
                + name
                + ", "
                + other
                + " and "
                + one.path
                + ": give paths whose last parts differ");
      }
      partitions.add(
          new InputPartition(
              name,
              one.date,
              one.path,
              one.files,
              one.bytes,
              String.format(Locale.ROOT, "%016x%016x", one.high, one.low)));
    }
    partitions.sort(java.util.Comparator.comparing(InputPartition::name));
    return partitions;
  }

  private void input(Configuration conf, String input) throws IOException {
    for (FileFinder.Found file : FileFinder.find(conf, List.of(input))) {
      String path = file.status().getPath().toString();
      if (!files.add(path)) {
        continue; // below several inputs
      }
      String base = base(path, file.relative());
      int end = partitionEnd(path);
      String partition = end < 0 ? path : path.substring(0, end);
      partition(partition, end < 0 ? null : date(partition), base)
          .add(end < 0 ? "" : path.substring(end + 1), file.status().getLen());
    }
    Path folder = Paths.of(input);
    if (!FileFinder.isGlob(input)) {
      for (Path empty : FileFinder.matches(conf, Paths.below(folder, prefix + "*").toString())) {
        String path = empty.toString();
        if (date(path) != null) {
          partition(path, date(path), parent(path));
        }
      }
    }
  }

  private Found partition(String path, String date, String base) {
    inputs.putIfAbsent(path, base);
    return found.computeIfAbsent(path, p -> new Found(p, date));
  }

  /** What a file's path below its input is below: the input's folder. */
  private static String base(String path, String relative) {
    return path.endsWith("/" + relative)
        ? path.substring(0, path.length() - relative.length() - 1)
        : parent(path);
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** The partition's path from the last part of its input's on; its folder's where that is it. */
  private static String name(String path, String base) {
    String from = path.length() > base.length() ? base : parent(path);
    return path.substring(from.lastIndexOf('/') + 1);
  }

  /** Where the innermost partition's folder of a file's path ends, or -1. */
  private int partitionEnd(String path) {
    for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (date(path.substring(0, end)) != null) {
        return end;
      }
    }
    return -1;
  }

  /** The date of a folder, or null if it is no partition's. */
  private String date(String folder) {
    String name = folder.substring(folder.lastIndexOf('/') + 1);
    if (!name.startsWith(prefix)) {
      return null;
    }
    try {
      return LocalDate.parse(name.substring(prefix.length())).toString();
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
