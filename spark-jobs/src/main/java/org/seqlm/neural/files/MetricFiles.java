package org.seqlm.neural.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.RunLayout;
import org.seqlm.artifact.SmallFile;
import org.seqlm.store.DataFolder;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;

/**
 * The files of a run's metrics: {@code metrics/ROUND-ID.jsonl}, in the order of their last rounds.
 * Object stores cannot append, so new lines are a file of their own; it takes up the files before
 * it that are no longer than itself and what it has taken up, as a counter in base two carries. So
 * a file is longer than the next; bytes that are written again are so in a file at least twice as
 * long, which happens log2 of all bytes times at most; and of n lines of one length there are at
 * most log2 n + 1 files. Of lines that get ever shorter there may be more.
 */
final class MetricFiles {
  private MetricFiles() {}

  /** The files with more lines. */
  static List<FileEntry> with(
      FileSystem fs, Path folder, List<FileEntry> files, int round, List<String> lines)
      throws IOException {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    byte[] added = text.toString().getBytes(StandardCharsets.UTF_8);
    int kept = files.size();
    long bytes = added.length;
    while (kept > 0 && files.get(kept - 1).bytes() <= bytes) {
      kept--;
      bytes += files.get(kept).bytes();
    }
    return merged(fs, folder, files, kept, round, added);
  }

  /**
   * The files without the lines of later rounds. What is damaged of those goes, too: no model needs
   * it.
   */
  static List<FileEntry> until(FileSystem fs, Path folder, List<FileEntry> files, int round)
      throws IOException {
    List<FileEntry> kept = new ArrayList<>();
    for (FileEntry file : files) {
      if (RunView.round(file.path()) <= round) {
        kept.add(file);
      } else if (isWhole(fs, folder, file)) {
        List<String> lines = lines(fs, Paths.below(folder, file.path()), round);
        kept = lines.isEmpty() ? kept : with(fs, folder, kept, round, lines);
      }
    }
    return kept;
  }

  private static List<String> lines(FileSystem fs, Path file, int round) throws IOException {
    List<String> lines = new ArrayList<>();
    for (ObjectNode line : SmallFile.lines(fs, file, file.toString(), SmallFile.Remedy.NONE)) {
      if (line.path("round").asInt() <= round) {
        lines.add(Json.line(line));
      }
    }
    return lines;
  }

  private static boolean isWhole(FileSystem fs, Path folder, FileEntry file) throws IOException {
    try {
      return ArtifactReader.sha256(fs, Paths.below(folder, file.path())).equals(file.sha256());
    } catch (FileNotFoundException | ChecksumException e) {
      return false;
    }
  }

  /** All of them in one, but for those that are damaged. */
  static List<FileEntry> asOne(FileSystem fs, Path folder, List<FileEntry> files)
      throws IOException {
    return files.size() < 2
        ? files
        : merged(
            fs, folder, files, 0, RunView.round(files.get(files.size() - 1).path()), new byte[0]);
  }

  /**
   * @param kept files that stay; the others, and what is added, become one, unless they are damaged
   */
  private static List<FileEntry> merged(
      FileSystem fs, Path folder, List<FileEntry> files, int kept, int round, byte[] added)
      throws IOException {
    String path =
        String.format(
            Locale.ROOT, "%s/%08d-%s.jsonl", RunLayout.METRICS, round, DataFolder.unique());
    List<FileEntry> merged = new ArrayList<>(files.subList(0, kept));
    List<FileEntry> parts = new ArrayList<>();
    for (FileEntry file : files.subList(kept, files.size())) {
      (isWhole(fs, folder, file) ? parts : merged).add(file);
    }
    if (parts.isEmpty() && added.length == 0) {
      return merged;
    }
    merged.add(
        HashedFile.replace(
            Paths.plain(fs),
            folder,
            path,
            out -> {
              for (FileEntry file : parts) {
                copy(fs, Paths.below(folder, file.path()), out);
              }
              out.write(added);
            }));
    return merged;
  }

  private static void copy(FileSystem fs, Path file, OutputStream out) throws IOException {
    try (InputStream in = fs.open(file)) {
      in.transferTo(out);
    }
  }
}
