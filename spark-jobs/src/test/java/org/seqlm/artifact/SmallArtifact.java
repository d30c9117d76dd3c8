package org.seqlm.artifact;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;

/**
 * An artifact of a few small files that says in each of them who wrote it, as a driver writes them
 * and as tasks do.
 */
final class SmallArtifact {
  private SmallArtifact() {}

  /** Writes one whole, as a command does. */
  static void write(Configuration conf, String target, String writer, Overwrite overwrite)
      throws IOException {
    write(conf, target, writer, overwrite, new Steps());
  }

  /** What is told of a writing as it goes on. */
  static class Steps {
    void created() {}

    void publishing() {}

    void published() {}
  }

  static void write(
      Configuration conf, String target, String writer, Overwrite overwrite, Steps steps)
      throws IOException {
    try (ArtifactWriter out = ArtifactWriter.create(conf, target, overwrite)) {
      steps.created();
      for (String path : List.of("vocabulary.tsv", "driver/a.bin")) {
        out.write(path, text(path, writer));
      }
      FileSystem fs = Paths.plain(out.folder(), conf);
      for (int task = 0; task < 2; task++) {
        String path = "part/" + task;
        byte[] bytes = text(path, writer).getBytes(StandardCharsets.UTF_8);
        out.add(HashedFile.write(fs, out.folder(), path, task, to -> to.write(bytes)));
      }
      steps.publishing();
      out.publish(
          Manifest.of(ArtifactKind.EVALUATION, Map.of(), Map.of("writer", writer), 7, Map.of()));
      steps.published();
    }
  }

  private static String text(String path, String writer) {
    return path + " of " + writer + "\n" + "x".repeat(100);
  }

  /**
   * Reads all of it.
   *
   * @return who wrote it, or null where there is none
   * @throws AssertionError if it is there but not whole
   */
  static String read(Configuration conf, String target) throws IOException {
    ArtifactReader reader;
    try {
      reader = ArtifactReader.open(conf, target);
    } catch (UserException e) {
      if (ArtifactReader.isArtifact(conf, target) || e.exitCode() != ExitCode.DATA) {
        throw new AssertionError("not whole: " + e.getMessage(), e);
      }
      return null;
    }
    String writer = reader.manifest().config().path("writer").asText();
    if (reader.manifest().files().size() != 4) {
      throw new AssertionError("not whole: " + reader.manifest().files());
    }
    for (FileEntry file : reader.manifest().files()) {
      String text;
      try {
        text = new String(reader.readVerified(file.path()), StandardCharsets.UTF_8);
      } catch (UserException e) {
        throw new AssertionError("not whole: " + e.getMessage(), e);
      }
      if (!text.equals(text(file.path(), writer))) {
        throw new AssertionError("not whole: " + file.path() + " is not " + writer + "'s");
      }
    }
    return writer;
  }
}
