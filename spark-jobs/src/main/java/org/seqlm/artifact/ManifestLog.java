package org.seqlm.artifact;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.store.ExclusiveFile;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Sha256;

/**
 * The commits of an artifact's folder: {@code manifest.json} is the first, {@code manifest-N.json}
 * the N-th, and the one of the highest number says what the folder holds. Each is written once and
 * never changed. A writer commits the number after the newest that he found when he began; if
 * another did so meanwhile, he has lost. This is how Apache Iceberg's tables on Hadoop file systems
 * commit.
 */
final class ManifestLog {
  private static final Pattern NAME = Pattern.compile("manifest(?:-([2-9]|[1-9]\\d{1,8}))?\\.json");

  /** A commit. */
  record Entry(int number, Path file) {}

  private ManifestLog() {}

  /** The name of a commit's file, from 1. */
  static String name(int number) {
    return number == 1 ? Manifest.FILE_NAME : "manifest-" + number + ".json";
  }

  /** Whether a file's name is that of a commit. */
  static boolean isManifest(String name) {
    return number(name) > 0;
  }

  /** The number of a commit by its file's name; 0 if that is none. */
  static int number(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return 0;
    }
    return matcher.group(1) == null ? 1 : Integer.parseInt(matcher.group(1));
  }

  /** All commits that are still there, by number. */
  static List<Entry> all(FileSystem fs, Path folder) throws IOException {
    FileStatus[] files;
    try {
      files = fs.listStatus(folder);
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return all(files);
  }

  /** The commits among some files, by number. */
  static List<Entry> all(FileStatus[] files) {
    List<Entry> entries = new ArrayList<>();
    for (FileStatus file : files) {
      int number = number(file.getPath().getName());
      if (number > 0 && file.isFile()) {
        entries.add(new Entry(number, file.getPath()));
      }
    }
    entries.sort(Comparator.comparingInt(Entry::number));
    return entries;
  }

  /** The commit that counts; null if there is none. */
  static Entry newest(FileSystem fs, Path folder) throws IOException {
    List<Entry> entries = all(fs, folder);
    return entries.isEmpty() ? null : entries.get(entries.size() - 1);
  }

  /**
   * Commits.
   *
   * @param number after the newest that the writer knows
   * @param unique in the manifest's bytes
   * @return the file; null if another's commit came first, and this one will never count
   * @throws ExclusiveFile.UncertainException if nobody knows whether this commit counts, or will
   * @throws IOException if it does not
   */
  static FileEntry commit(FileSystem fs, Path folder, int number, Manifest manifest, String unique)
      throws IOException {
    byte[] bytes = Json.pretty(manifest).getBytes(StandardCharsets.UTF_8);
    Path file = new Path(folder, name(number));
    if (!ExclusiveFile.write(fs, file, bytes, unique)) {
      return null;
    }
    // The number may have been free because later commits swept it away. Or it did count, and a
    // writer who saw it has committed since: no file says which, and then it is said to be lost
    // though it was but followed. Nothing is lost by that: it would go as superseded all the same.
    try {
      Entry newest = newest(fs, folder);
      if (newest != null && newest.number() > number) {
        fs.delete(file, false);
        return null;
      }
    } catch (IOException e) {
      throw new ExclusiveFile.UncertainException(e);
    }
    return new FileEntry(name(number), bytes.length, Sha256.of(bytes));
  }
}
