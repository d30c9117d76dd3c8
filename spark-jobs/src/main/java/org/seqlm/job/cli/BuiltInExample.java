package org.seqlm.job.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.dataset.ExampleOrigin;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.store.Paths;

/**
 * A folder that {@code seqlm example} wrote: its {@code task.json} says what is in it.
 *
 * @param input as the user named it
 * @param task of its examples; null where it holds text
 * @param metric that counts; null where none is named
 * @param origin what is known of it
 */
public record BuiltInExample(String input, ExampleTask task, String metric, ExampleOrigin origin) {
  private static final String TASK = "task.json";
  private static final String FLOOR = "floor.json";

  /** The task of a model of text, which is no {@link ExampleTask}. */
  private static final String LANGUAGE = "language";

  /**
   * Looks whether inputs are one such folder.
   *
   * @return null if they are not
   * @throws UserException with exit code 3 if what the folder says of itself is damaged
   */
  public static BuiltInExample find(Configuration conf, List<String> inputs) throws IOException {
    if (inputs.size() != 1 || CorpusPlan.isGlob(inputs.get(0))) {
      return null;
    }
    String input = inputs.get(0);
    Path folder = Paths.of(input);
    FileSystem fs = Paths.plain(folder, conf);
    if (!isFolder(fs, folder)) {
      return null;
    }
    JsonNode said = read(fs, new Path(folder, TASK));
    if (said == null) {
      return null;
    }
    String kind = said.path("kind").asText("");
    String named = said.path("task").asText("");
    ExampleTask task = null;
    for (ExampleTask one : ExampleTask.values()) {
      task = Json.name(one).equals(named) ? one : task;
    }
    if (kind.isEmpty() || task == null && !named.equals(LANGUAGE)) {
      throw UserException.data(
          new Path(folder, TASK)
              + " names no kind and task that this release knows (task "
              + (named.isEmpty() ? "missing" : named)
              + "): make the folder again with seqlm example, or give --task and its files");
    }
    JsonNode description = said.get("description");
    return new BuiltInExample(
        input,
        task,
        said.hasNonNull("metric") ? said.get("metric").asText() : null,
        new ExampleOrigin(
            kind,
            description == null ? null : description.asText(),
            read(fs, new Path(folder, FLOOR))));
  }

  private static boolean isFolder(FileSystem fs, Path path) throws IOException {
    try {
      return fs.getFileStatus(path).isDirectory();
    } catch (FileNotFoundException e) {
      return false; // which is told where it is read
    }
  }

  /** A file of JSON; null if there is none. */
  private static JsonNode read(FileSystem fs, Path file) throws IOException {
    if (!fs.exists(file)) {
      return null; // as in most folders: no connection is tried for it
    }
    try (InputStream in = fs.open(file)) {
      return Json.mapper().readTree(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return null;
    } catch (JsonProcessingException e) {
      throw UserException.data(
          file + " is damaged, it is no JSON: make the folder again with seqlm example", e);
    }
  }

  /**
   * That what needs prepared data was given the folder itself.
   *
   * @param then what to do with the prepared data, called DATA: {@code train on DATA}
   */
  public UserException unprepared(String then) {
    return UserException.configuration(
        "--input "
            + input
            + " is the folder of the built-in example "
            + origin.kind()
            + " as seqlm example wrote it: prepare --input "
            + input
            + " --output DATA, and "
            + then);
  }

  /** The path of its examples, or of its text. */
  public String data() {
    return input + (task == null ? "/corpus.txt" : "/examples");
  }

  /** The files of its examples, or of its text. */
  public CorpusSource source(CorpusSource given) {
    return given.with(List.of(data()));
  }
}
