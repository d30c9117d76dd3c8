package org.seqlm.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.metrics.Metric;
import org.seqlm.metrics.TaskValidation;
import org.seqlm.metrics.TrainingMetrics;
import org.seqlm.metrics.ValidationMetrics;
import org.seqlm.metrics.task.TaskScorer;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.RunView;
import org.seqlm.registry.Figure.Better;
import org.seqlm.task.TaskContent;
import org.seqlm.task.TaskModel;

/**
 * What a trained run, or a model by itself, brings into a registry: the model, its figures, what it
 * drew, the looks at held-out text or examples, and where it comes from. The model is loaded once,
 * and so is known to be one.
 *
 * @param draft with all of it
 * @param notice what whoever uses the model should know, of a run that is not finished; else empty
 */
public record RunDraft(VersionDraft draft, String notice) {
  /** The cross-entropy on held-out text, in nats a token. */
  public static final String NATS = "nats-per-token";

  /** The same in bits a character, which compares across vocabularies. */
  public static final String BITS = "bits-per-character";

  /**
   * Where a model comes from.
   *
   * @param from the folder as it was named
   * @param fingerprint of the model
   * @param producer the release that trained it
   * @param inputs fingerprints of what it was trained on, by name
   * @param config of the training
   * @param seed of all randomness
   * @param platform versions that the bits depend on, by name; empty if nobody knows
   * @param kernels what computed, each by what was asked; empty if nobody knows
   */
  record Provenance(
      String from,
      String fingerprint,
      String producer,
      Map<String, String> inputs,
      JsonNode config,
      long seed,
      Map<String, String> platform,
      List<Map<String, String>> kernels) {}

  /**
   * A model's files, and what they are.
   *
   * @param title for people
   * @param examples what scores its predictions; null of a language model
   * @param notice what whoever uses it should know
   */
  private record Loaded(ArtifactReader files, String title, TaskScorer examples, String notice) {
    static Loaded of(Configuration conf, String folder) throws IOException {
      if (!ModelArtifact.read(conf, folder, (reader, notice) -> TaskContent.isIn(reader))) {
        ModelArtifact model = ModelArtifact.load(conf, folder);
        return new Loaded(model.files(), model.model().spec().title(), null, model.notice());
      }
      return ModelArtifact.read(
          conf,
          folder,
          (reader, notice) -> {
            TaskContent content = TaskModel.read(folder, reader, notice).content();
            return new Loaded(
                reader,
                content.network().title(),
                TaskScorer.ofVocabularies(content.details(), content.vocabularies()),
                notice);
          });
    }
  }

  /** A look at held-out text, without what was drawn. */
  record Look(int round, long tokens, double natsPerToken, Double bitsPerCharacter, Long scored) {}

  /**
   * What was measured.
   *
   * @param round of the model that was taken
   * @param looks by round
   */
  record Measured(int round, List<Look> looks) {}

  /** The same of a network over examples. */
  record ExamplesMeasured(int round, List<TaskValidation> looks) {}

  /**
   * Reads a run, a model or a checkpoint's model.
   *
   * @throws org.seqlm.UserException with exit code 3 if there is none, or it is damaged
   */
  public static RunDraft of(Configuration conf, String folder) throws IOException {
    Loaded model = Loaded.of(conf, folder);
    Manifest manifest = model.files().manifest();
    VersionDraft draft =
        VersionDraft.of(model.files(), model.title())
            .trainedOn(Json.tree(manifest.config()).path("input").asText(""));
    JsonNode details = Json.tree(manifest.details());
    draft = figure(draft, "parameters", details.path("parameters"), Better.NEITHER);
    RunView run = RunView.find(conf, folder);
    Checkpoint last = run == null ? null : run.lastCheckpoint();
    int round = details.path("round").asInt(-1);
    // A file of metrics that is damaged keeps nobody from the model.
    TrainingMetrics metrics =
        TrainingMetrics.read(
            run == null ? List.of() : run.metrics(damage -> {}), (line, problem) -> {});
    if (model.examples() == null) {
      draft = figure(draft, "tokens", details.path("tokens"), Better.NEITHER);
      draft = figure(draft, NATS, details.path("nats-per-token"), Better.LOWER);
      draft = measured(draft, metrics.validations(), round);
    } else {
      draft = figure(draft, "examples", details.path("examples"), Better.NEITHER);
      draft = ofExamples(draft, metrics.tasks(), round, details, model.examples());
    }
    Provenance provenance =
        new Provenance(
            folder,
            manifest.fingerprint(),
            manifest.producer(),
            manifest.inputs(),
            manifest.config(),
            manifest.seed(),
            last == null ? Map.of() : last.platform(),
            last == null ? List.of() : last.kernels());
    return new RunDraft(draft.document(Role.PROVENANCE, Json.pretty(provenance)), model.notice());
  }

  /**
   * With the metrics of the task as they were at the look that the model was taken by, each with
   * its direction; of a model without its run the two that its manifest tells.
   */
  private static VersionDraft ofExamples(
      VersionDraft draft,
      List<TaskValidation> looks,
      int round,
      JsonNode details,
      TaskScorer scorer) {
    Map<String, Double> values = new TreeMap<>();
    if (details.path("metric").isTextual() && details.path("value").isNumber()) {
      values.put(TaskScorer.LOSS, details.path("loss").asDouble(Double.NaN));
      values.put(details.path("metric").asText(), details.path("value").asDouble());
    }
    looks.stream()
        .filter(look -> look.round() == round)
        .forEach(look -> values.putAll(look.metrics()));
    VersionDraft with = draft;
    for (Metric metric : scorer.metrics(new double[scorer.size()])) {
      double value = values.getOrDefault(metric.name(), Double.NaN);
      if (Double.isFinite(value)) {
        boolean larger = metric.direction() == Metric.Direction.LARGER;
        with = with.figure(metric.name(), value, larger ? Better.HIGHER : Better.LOWER);
      }
    }
    return looks.isEmpty()
        ? with
        : with.document(Role.METRICS, Json.pretty(new ExamplesMeasured(round, looks)));
  }

  private static VersionDraft measured(
      VersionDraft draft, List<ValidationMetrics> validations, int round) {
    List<Look> looks = new ArrayList<>();
    VersionDraft with = draft;
    for (ValidationMetrics look : validations) {
      Double bits = Double.isFinite(look.bitsPerCharacter()) ? look.bitsPerCharacter() : null;
      looks.add(new Look(look.round(), look.tokens(), look.natsPerToken(), bits, look.scored()));
      if (look.round() == round) {
        with = bits == null ? with : with.figure(BITS, bits, Better.LOWER);
        String sample = look.sample();
        with =
            sample == null || sample.isBlank()
                ? with
                : with.document(Role.SAMPLES, sample.stripTrailing() + "\n");
      }
    }
    return looks.isEmpty()
        ? with
        : with.document(Role.METRICS, Json.pretty(new Measured(round, looks)));
  }

  private static VersionDraft figure(
      VersionDraft draft, String name, JsonNode value, Better better) {
    return value.isNumber() && Double.isFinite(value.asDouble())
        ? draft.figure(name, value.asDouble(), better)
        : draft;
  }
}
