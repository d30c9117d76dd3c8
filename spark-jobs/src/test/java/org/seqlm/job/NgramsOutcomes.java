package org.seqlm.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.seqlm.ArtifactFiles;
import org.seqlm.TestSpark;

/** The command as a user runs it, in the shared session, and what it leaves. */
public final class NgramsOutcomes {
  private NgramsOutcomes() {}

  /** What a user sees. */
  public record Outcome(int code, String errors) {}

  /** Runs any command. */
  public static Outcome run(Object... args) {
    // A command uses the session there is and leaves it running.
    TestSpark.session();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    String[] line = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
    int code = SeqLM.run(line, new PrintStream(errors, true, StandardCharsets.UTF_8));
    return new Outcome(code, errors.toString(StandardCharsets.UTF_8));
  }

  /** Counts a text. */
  public static Outcome ngrams(Path input, Path output, Object... more) {
    List<Object> line = new ArrayList<>(List.of("ngrams", "--input", input, "--output", output));
    line.addAll(Arrays.asList(more));
    return run(line.toArray());
  }

  /** SHA-256 of all files that a user sees, as {@link ArtifactFiles#content} has them. */
  public static Map<String, String> content(Path folder) {
    try {
      Map<String, String> files = ArtifactFiles.content(folder);
      files.keySet().removeIf(file -> Path.of(file).getFileName().toString().startsWith("."));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
