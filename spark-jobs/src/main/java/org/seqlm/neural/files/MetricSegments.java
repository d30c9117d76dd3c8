package org.seqlm.neural.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.artifact.FileEntry;
import org.seqlm.artifact.HashedFile;
import org.seqlm.artifact.Paths;
import org.seqlm.artifact.RunLayout;

/**
 * The files of a run's metrics: {@code metrics/ROUND-ID.jsonl}, in the order of their last rounds.
 * Object stores cannot append, so new lines are a file of their own; it takes up the files before
 * it that are no longer than itself, as a counter in base two carries: of n lines there are at most
 * log2 n files, and each line is written log2 n times at most.
 */
final class MetricSegments {
  private MetricSegments() {}

  /** The segments with more lines. */
  static List<FileEntry> with(
      FileSystem fs, Path folder, List<FileEntry> segments, int round, List<String> lines)
      throws IOException {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    byte[] added = text.toString().getBytes(StandardCharsets.UTF_8);
    int kept = segments.size();
    long bytes = added.length;
    while (kept > 0 && segments.get(kept - 1).bytes() <= bytes) {
      kept--;
      bytes += segments.get(kept).bytes();
    }
    return merged(fs, folder, segments, kept, round, added);
  }

  /** All of them in one. */
  static List<FileEntry> asOne(FileSystem fs, Path folder, List<FileEntry> segments)
      throws IOException {
    return segments.size() < 2
        ? segments
        : merged(
            fs,
            folder,
            segments,
            0,
            RunView.round(segments.get(segments.size() - 1).path()),
            new byte[0]);
  }

  /**
   * @param kept segments that stay; the others, and what is added, become one
   */
  private static List<FileEntry> merged(
      FileSystem fs, Path folder, List<FileEntry> segments, int kept, int round, byte[] added)
      throws IOException {
    String path =
        String.format(
            Locale.ROOT,
            "%s/%08d-%s.jsonl",
            RunLayout.METRICS,
            round,
            UUID.randomUUID().toString().substring(24));
    List<FileEntry> merged = new ArrayList<>(segments.subList(0, kept));
    merged.add(
        HashedFile.replace(
            Paths.plain(fs),
            folder,
            path,
            out -> {
              for (FileEntry segment : segments.subList(kept, segments.size())) {
                copy(fs, Paths.below(folder, segment.path()), out);
              }
              out.write(added);
            }));
    return merged;
  }

  private static void copy(FileSystem fs, Path segment, OutputStream out) throws IOException {
    try (InputStream in = fs.open(segment)) {
      in.transferTo(out);
    }
  }
}
