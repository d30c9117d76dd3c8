package org.seqlm.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.seqlm.artifact.Json;

/**
 * All that a run tells of itself, each kind by rising round; a run that was resumed may have told a
 * round twice, of which the later telling is here.
 *
 * @param rounds of averaging
 * @param validations looks at the validation split of a text
 * @param tasks looks at that of labelled examples
 * @param diagnoses looks into the network
 * @param divergence how it ended; null unless it diverged
 */
public record TrainingMetrics(
    List<RoundMetrics> rounds,
    List<ValidationMetrics> validations,
    List<TaskValidation> tasks,
    List<DiagnosisMetrics> diagnoses,
    Divergence divergence) {

  public TrainingMetrics {
    rounds = List.copyOf(rounds);
    validations = List.copyOf(validations);
    tasks = List.copyOf(tasks);
    diagnoses = List.copyOf(diagnoses);
  }

  /** Of a language model. */
  public TrainingMetrics(
      List<RoundMetrics> rounds,
      List<ValidationMetrics> validations,
      List<DiagnosisMetrics> diagnoses,
      Divergence divergence) {
    this(rounds, validations, List.of(), diagnoses, divergence);
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
    List<TaskValidation> tasks = new ArrayList<>();
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
          case "task" -> tasks.add(Json.mapper().treeToValue(node, TaskValidation.class));
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
        latest(tasks, TaskValidation::round),
        latest(diagnoses, DiagnosisMetrics::round),
        divergence);
  }

  /** All looks at the validation split, in their order. */
  public List<Look> looks() {
    return Stream.concat(validations.stream().map(Look::of), tasks.stream().map(Look::of)).toList();
  }

  /**
   * How long the training took until the end of a round: the wall time from its beginning, with the
   * looks at held-out data and the checkpoints on the way, of all its processes, but without what
   * was trained again. The rounds' own seconds do not add up to it: the run does not wait for what
   * workers train meanwhile, where averages are delayed.
   *
   * @param round in whose place the last one before it stands if it is not told
   * @return 0 before the first; of a run in which nobody wrote it down, the sum of all that it told
   */
  public double seconds(int round) {
    RoundMetrics until =
        rounds.stream().filter(of -> of.round() <= round).reduce((a, b) -> b).orElse(null);
    if (until == null) {
      return 0;
    }
    if (until.times() != null && until.times().elapsed() != null) {
      return until.times().elapsed();
    }
    double seconds = 0;
    for (RoundMetrics each : rounds) {
      if (each.round() <= until.round()) {
        RoundTimes times = each.times();
        seconds += each.seconds();
        seconds += times == null || times.checkpoint() == null ? 0 : times.checkpoint();
      }
    }
    for (Look look : looks()) {
      seconds += look.round() < until.round() && look.seconds() != null ? look.seconds() : 0;
    }
    for (DiagnosisMetrics look : diagnoses) {
      seconds += look.round() < until.round() ? look.seconds() : 0;
    }
    return seconds;
  }

  /** The same until the end of the last round. */
  public double seconds() {
    return seconds(Integer.MAX_VALUE);
  }

  /**
   * Tokens, or examples, of all workers until the last round's end, a second of {@link #seconds()};
   * 0 of none.
   */
  public double tokensPerSecond() {
    return rounds.isEmpty() ? 0 : rate(rounds.get(rounds.size() - 1).tokens(), seconds());
  }

  /** Tokens or examples a second, whatever a clock that stands still says. */
  public static double rate(long tokens, double seconds) {
    return tokens / Math.max(seconds, 1e-9);
  }

  /**
   * The looks that compare with the last one: those that scored as much of the split, and those of
   * which nobody wrote it down, as builds before did not.
   */
  public List<Look> comparable() {
    List<Look> looks = looks();
    Long scored = looks.isEmpty() ? null : looks.get(looks.size() - 1).scored();
    return looks.stream()
        .filter(look -> scored == null || look.scored() == null || scored.equals(look.scored()))
        .toList();
  }

  private static <T> List<T> latest(List<T> values, ToIntFunction<T> round) {
    TreeMap<Integer, T> byRound = new TreeMap<>();
    values.forEach(value -> byRound.put(round.applyAsInt(value), value));
    return List.copyOf(byRound.values());
  }
}
