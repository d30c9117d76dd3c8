package org.seqlm.job.train.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Examples;
import org.seqlm.job.cli.ConfigLoader;

/**
 * What {@code train} takes in place of {@code conf/train.yaml}'s values where its input holds
 * examples: {@code conf/train-examples.yaml}, by their task.
 */
public final class ExampleDefaults {
  private static final String FILE = "train-examples";

  private ExampleDefaults() {}

  /**
   * Those of an input.
   *
   * @param input folder, or null
   * @return null where it holds no examples
   */
  public static ObjectNode of(String input, Configuration hadoop) {
    try {
      return input == null || !ArtifactReader.isOf(hadoop, input, ArtifactKind.EXAMPLES)
          ? null
          : of(Json.name(Examples.open(hadoop, input).details().task()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those of a task. */
  public static ObjectNode of(String task) {
    ObjectNode file = ConfigLoader.resource(FILE);
    if (file == null || !(file.get(task) instanceof ObjectNode of)) {
      throw new IllegalStateException("the jar lacks " + task + " of conf/" + FILE + ".yaml");
    }
    return of;
  }
}
