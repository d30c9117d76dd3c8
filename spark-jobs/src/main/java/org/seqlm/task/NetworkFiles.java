package org.seqlm.task;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.neural.network.AttentionBody;
import org.seqlm.neural.network.Body;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Frames;
import org.seqlm.neural.network.Grid;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.SequenceToSequence;
import org.seqlm.neural.network.Series;
import org.seqlm.neural.network.Tagger;

/**
 * Networks over examples as JSON, {@code {"type": …, "network": {…}}}. A language model's file has
 * no type.
 */
final class NetworkFiles {
  static final String NAME = "network.json";

  private static final Map<String, Class<? extends Network>> TYPES =
      Map.of(
          "classifier", Classifier.class,
          "tagger", Tagger.class,
          "sequence-to-sequence", SequenceToSequence.class,
          "series", Series.class,
          "grid", Grid.class,
          "frames", Frames.class);

  private static final ObjectMapper MAPPER =
      Json.mapper().copy().addMixIn(Body.class, Bodies.class);

  /** Bodies are told apart by their fields. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
  @JsonSubTypes({@JsonSubTypes.Type(RecurrentBody.class), @JsonSubTypes.Type(AttentionBody.class)})
  private interface Bodies {}

  private NetworkFiles() {}

  static String write(Network network) {
    String type =
        TYPES.entrySet().stream()
            .filter(entry -> entry.getValue().isInstance(network))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    ObjectNode file = Json.mapper().createObjectNode().put("type", type);
    file.set("network", MAPPER.valueToTree(network));
    return Json.pretty(file);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param name shown in messages
   * @throws UserException with exit code 3 if it is a network that this build does not know
   */
  static Network read(byte[] file, String name) throws IOException {
    JsonNode tree = Json.mapper().readTree(file);
    Class<? extends Network> type = TYPES.get(tree.path("type").asText());
    if (type == null) {
      throw UserException.data(
          name
              + (tree.has("type")
                  ? " is of a network that this build does not know, " + tree.path("type")
                  : " is of a language model, for which there are seqlm generate and score: give a"
                      + " network over examples"));
    }
    try {
      return MAPPER.treeToValue(tree.path("network"), type);
    } catch (JsonProcessingException e) {
      throw UserException.data(name + " is damaged: " + e.getOriginalMessage(), e);
    }
  }
}
