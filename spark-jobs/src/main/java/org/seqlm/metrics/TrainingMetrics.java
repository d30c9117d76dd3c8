package org.seqlm.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
import org.seqlm.artifact.Json;

/**
 * All that a run tells of itself, each kind by rising round; a run that was resumed may have told a
 * round twice, of which the later telling is here.
 *
 * @param rounds of averaging
 * @param validations looks at the validation split
 * @param diagnoses looks into the network
 * @param divergence how it ended; null unless it diverged
 */
public record TrainingMetrics(
    List<RoundMetrics> rounds,
    List<ValidationMetrics> validations,
    List<DiagnosisMetrics> diagnoses,
    Divergence divergence) {

  public TrainingMetrics {
    rounds = List.copyOf(rounds);
    validations = List.copyOf(validations);
    diagnoses = List.copyOf(diagnoses);
  }

  /**
   * Reads the lines of a run's metrics; a line of a type that nobody knows is left out.
   *
   * @param lines in their order, each with a {@code type}
   * @param damage is told of a line that is none, and why
   */
  public static TrainingMetrics read(
      List<JsonNode> lines, BiConsumer<JsonNode, JsonProcessingException> damage) {
    List<RoundMetrics> rounds = new ArrayList<>();
    List<ValidationMetrics> validations = new ArrayList<>();
    List<DiagnosisMetrics> diagnoses = new ArrayList<>();
    Divergence divergence = null;
    for (JsonNode line : lines) {
      ObjectNode node = ((ObjectNode) line).deepCopy();
      String type = node.path("type").asText();
      node.remove("type");
      try {
        switch (type) {
          case "round" -> rounds.add(Json.mapper().treeToValue(node, RoundMetrics.class));
          case "validation" ->
              validations.add(Json.mapper().treeToValue(node, ValidationMetrics.class));
          case "diagnosis" ->
              diagnoses.add(Json.mapper().treeToValue(node, DiagnosisMetrics.class));
          case "divergence" -> divergence = Json.mapper().treeToValue(node, Divergence.class);
          default -> {}
        }
      } catch (JsonProcessingException e) {
        damage.accept(node, e);
      }
    }
    return new TrainingMetrics(
        latest(rounds, RoundMetrics::round),
        latest(validations, ValidationMetrics::round),
        latest(diagnoses, DiagnosisMetrics::round),
        divergence);
  }

  private static <T> List<T> latest(List<T> values, ToIntFunction<T> round) {
    TreeMap<Integer, T> byRound = new TreeMap<>();
    values.forEach(value -> byRound.put(round.applyAsInt(value), value));
    return List.copyOf(byRound.values());
  }
}
