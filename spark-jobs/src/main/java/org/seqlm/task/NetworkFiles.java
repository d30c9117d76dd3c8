package org.seqlm.task;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /** What networks of one parameters may differ in. */
  private static final Set<String> FREE = Set.of("dropout", "forget-bias");

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
   * What keeps a network's parameters from being another's: each value that differs, with both, for
   * instance {@code body.hidden is 16 there and 17 here}. Dropout and first biases do not count.
   *
   * @param there whose parameters they are
   */
  static List<String> differences(Network there, Network here) {
    if (there.getClass() != here.getClass()) {
      return List.of("it is a " + there.what() + " there and a " + here.what() + " here");
    }
    List<String> found = new ArrayList<>();
    differences("", MAPPER.valueToTree(there), MAPPER.valueToTree(here), found);
    return found;
  }

  private static void differences(String path, JsonNode there, JsonNode here, List<String> found) {
    if (!there.isObject() || !here.isObject()) {
      if (!there.equals(here)) {
        found.add(path + " is " + shown(there) + " there and " + shown(here) + " here");
      }
      return;
    }
    Set<String> names = new LinkedHashSet<>();
    there.fieldNames().forEachRemaining(names::add);
    here.fieldNames().forEachRemaining(names::add);
    names.removeAll(FREE);
    for (String name : names) {
      String at = path.isEmpty() ? name : path + "." + name;
      differences(at, there.path(name), here.path(name), found);
    }
  }

  private static String shown(JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return "none";
    }
    return value.isObject() ? "given" : value.isTextual() ? value.asText() : value.toString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param name of the file in messages
   * @param model that it is a part of, in messages
   * @throws UserException with exit code 3 if it is a network that this build does not know, or
   *     damaged; 2 if it is a language model's
   */
  static Network read(byte[] file, String name, String model) throws IOException {
    try {
      return read(Json.mapper().readTree(file), name, model);
    } catch (JsonProcessingException e) {
      throw UserException.data(
          name + " is damaged: " + e.getOriginalMessage().replace("\n", "; "), e);
    }
  }

  private static Network read(JsonNode tree, String name, String model)
      throws JsonProcessingException {
    if (!tree.has("type")) {
      throw UserException.configuration(
          model
              + " is a language model, for which there is text with seqlm evaluate, score and"
              + " generate: give a network over examples");
    }
    Class<? extends Network> type = TYPES.get(tree.path("type").asText());
    if (type == null) {
      throw UserException.data(
          name + " is of a network that this build does not know, " + tree.path("type"));
    }
    return MAPPER.treeToValue(tree.path("network"), type);
  }
}
