package org.seqlm.job.train.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Examples;
import org.seqlm.job.cli.ConfigLoader;

/**
 * What {@code train} takes in place of {@code conf/train.yaml}'s values where its input holds
 * examples: {@code conf/train-examples.yaml}, by their task and by what reads a sequence.
 */
public final class ExampleDefaults {
  private static final String FILE = "train-examples";

  private ExampleDefaults() {}

  /**
   * Those of an input.
   *
   * @param given every key, without these defaults
   * @return null where it holds no examples
   */
  public static ObjectNode of(ObjectNode given, Configuration hadoop) {
    String input = given.path("input").asText(null);
    try {
      return input == null || !ArtifactReader.isOf(hadoop, input, ArtifactKind.EXAMPLES)
          ? null
          : of(Json.name(Examples.open(hadoop, input).details().task()), given);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Those of a task.
   *
   * @param given every key, of which {@code network.body} decides with the task
   */
  public static ObjectNode of(String task, JsonNode given) {
    ObjectNode file = ConfigLoader.resource(FILE);
    if (file == null || !(file.get(task) instanceof ObjectNode of)) {
      throw new IllegalStateException("the jar lacks " + task + " of conf/" + FILE + ".yaml");
    }
    String body = given.at("/network/body").asText();
    if (file.get(task + "-" + body) instanceof ObjectNode ofBody) {
      lay(ofBody, of);
    }
    return of;
  }

  private static void lay(ObjectNode over, ObjectNode below) {
    for (Map.Entry<String, JsonNode> field : over.properties()) {
      if (field.getValue() instanceof ObjectNode group
          && below.get(field.getKey()) instanceof ObjectNode inner) {
        lay(group, inner);
      } else {
        below.set(field.getKey(), field.getValue());
      }
    }
  }
}
