package org.seqlm.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.metrics.TrainingMetrics;
import org.seqlm.metrics.ValidationMetrics;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.RunView;
import org.seqlm.registry.Figure.Better;

/**
 * What a trained run, or a model by itself, brings into a registry: the model, its figures, what it
 * drew, the looks at held-out text, and where it comes from. The model is loaded once, and so is
 * known to be one.
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

  /** A look at held-out text, without what was drawn. */
  record Look(int round, long tokens, double natsPerToken, Double bitsPerCharacter, Long scored) {}

  /**
   * What was measured.
   *
   * @param round of the model that was taken
   * @param looks by round
   */
  record Measured(int round, List<Look> looks) {}

  /**
   * Reads a run, a model or a checkpoint's model.
   *
   * @throws org.seqlm.UserException with exit code 3 if there is none, or it is damaged
   */
  public static RunDraft of(Configuration conf, String folder) throws IOException {
    ModelArtifact model = ModelArtifact.load(conf, folder);
    Manifest manifest = model.manifest();
    VersionDraft draft =
        VersionDraft.of(model.files(), model.model().spec().title())
            .trainedOn(Json.tree(manifest.config()).path("input").asText(""));
    JsonNode details = Json.tree(manifest.details());
    draft = figure(draft, "parameters", details.path("parameters"), Better.NEITHER);
    draft = figure(draft, "tokens", details.path("tokens"), Better.NEITHER);
    draft = figure(draft, NATS, details.path("nats-per-token"), Better.LOWER);
    RunView run = RunView.find(conf, folder);
    Checkpoint last = run == null ? null : run.lastCheckpoint();
    if (run != null) {
      draft = measured(draft, run, details.path("round").asInt(-1));
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

  private static VersionDraft measured(VersionDraft draft, RunView run, int round)
      throws IOException {
    // A file of metrics that is damaged keeps nobody from the model.
    TrainingMetrics metrics =
        TrainingMetrics.read(run.metrics(damage -> {}), (line, problem) -> {});
    List<Look> looks = new ArrayList<>();
    VersionDraft with = draft;
    for (ValidationMetrics look : metrics.validations()) {
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
