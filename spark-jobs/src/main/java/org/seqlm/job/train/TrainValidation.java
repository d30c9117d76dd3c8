package org.seqlm.job.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.job.cli.Failures;
import org.seqlm.job.cli.JobContext;
import org.seqlm.lm.Sampler;
import org.seqlm.lm.Score;
import org.seqlm.lm.Spelling;
import org.seqlm.metrics.DiagnosisMetrics;
import org.seqlm.metrics.ValidationMetrics;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.files.Checkpoints;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.neural.torch.diagnosis.ModelDiagnosis;
import org.seqlm.spark.scoring.EngineScoring;
import org.seqlm.spark.training.Averaging;
import org.seqlm.spark.training.Engines;
import org.seqlm.text.Tokenizer;

/**
 * The looks at the validation split: each scores it, draws a sample, and publishes the model if it
 * is the best so far. Without such a split every look publishes.
 */
final class TrainValidation {
  private final TrainConfig config;
  private final TrainConfig.Validation rules;
  private final JobContext context;
  private final TrainJob job;
  private final TrainStart start;
  private final TrainMetrics metrics;
  private final Dataset dataset;

  /** Of a run's time, what looks into a network may take that take long. */
  private static final double DIAGNOSIS_SHARE = 0.02;

  private static final double DEAR_SECONDS = 2;

  private final long began = System.nanoTime();
  private boolean undiagnosed; // for one has failed
  private double lastDiagnosis;
  private double diagnosisSeconds;
  private Best best;
  private int lastValidated;

  /**
   * The best model so far.
   *
   * @param round of the model that is published, -1 if none
   * @param nats a token of the validation split, null if none was scored
   * @param bitsPerCharacter of the same, null likewise
   * @param worse looks since then, for early stopping
   * @param of the most tokens that it was scored on; null if none, or nobody wrote it down
   */
  record Best(int round, Double nats, Double bitsPerCharacter, int worse, Long of) {
    private static Best of(Checkpoint from) {
      return from == null
          ? new Best(-1, null, null, 0, null)
          : new Best(
              from.bestRound(),
              from.bestNats(),
              from.bestBitsPerCharacter(),
              from.worse(),
              from.bestOf());
    }
  }

  /** A run's looks, going on after the checkpoint that it starts from, if any. */
  TrainValidation(
      TrainConfig config,
      JobContext context,
      TrainJob job,
      TrainStart start,
      TrainMetrics metrics) {
    this.config = config;
    this.rules = config.validation();
    this.context = context;
    this.job = job;
    this.start = start;
    this.metrics = metrics;
    this.dataset = job.dataset();
    best = Best.of(start.from());
    lastValidated = start.from() == null ? -1 : start.from().round();
  }

  Best best() {
    return best;
  }

  /** Whether a look is due after a round on the way. */
  boolean isDue(int round) {
    return rules.isDue(round);
  }

  /** Whether the look after a round to come may end the run, whatever looks before it see. */
  boolean mayStopAt(int round) {
    int looks = 0;
    for (int before = lastValidated + 1; before < round; before++) {
      looks += rules.isDue(before) ? 1 : 0;
    }
    return rules.isDue(round) && rules.mayStop(best.worse() + looks);
  }

  /** Whether patience is at its end. */
  boolean stops() {
    return rules.patience() > 0 && best.worse() >= rules.patience();
  }

  /** The most tokens of the split that a look scores. */
  private long most() {
    long held = dataset.tokens(Split.VALID);
    return rules.maxTokens() == 0 ? held : Math.min(held, rules.maxTokens());
  }

  /** Publishes the best model so far again, whose files were lost, from its checkpoint. */
  void restore(Checkpoints.Loaded checkpoint) throws IOException {
    context
        .progress()
        .message(
            "the best model, of round "
                + best.round()
                + ", was missing or damaged, and is made again from its checkpoint");
    publish(
        model(checkpoint.parameters()),
        best.round(),
        checkpoint.checkpoint().tokens(),
        best.nats());
  }

  /** Forgets the looks without a better model, where the run takes another course. */
  void beginPatience() {
    best = new Best(best.round(), best.nats(), best.bitsPerCharacter(), 0, best.of());
  }

  /** Scores the best model so far again, if it was scored on another part of the split. */
  void compareAlike() throws IOException {
    long held = dataset.tokens(Split.VALID);
    if (best.nats() == null || held == 0 || (best.of() != null && best.of() == most())) {
      return;
    }
    Score score = score(start.folder().bestModel());
    context
        .progress()
        .message(
            String.format(
                Locale.ROOT,
                "the best model, of round %d, is scored again on %,d tokens: %.4f nats a token",
                best.round(),
                most(),
                score.natsPerToken()));
    best =
        new Best(
            best.round(),
            score.natsPerToken(),
            bitsPerCharacter(score, held),
            best.worse(),
            most());
  }

  private RecurrentLanguageModel model(float[] parameters) throws IOException {
    return new RecurrentLanguageModel(job.spec(), parameters, dataset.vocabulary());
  }

  /**
   * Looks, unless it has looked at this position already.
   *
   * @param tokens trained so far
   * @return nats a token of the validation split; empty if there was no look, or is no such split
   */
  OptionalDouble look(Averaging.Position position, long tokens) throws IOException {
    int round = position.round();
    if (round == lastValidated) {
      return OptionalDouble.empty();
    }
    lastValidated = round;
    long looked = System.nanoTime();
    RecurrentLanguageModel model = model(position.published());
    String sample = sample(model);
    long held = dataset.tokens(Split.VALID);
    if (held == 0) {
      best = new Best(round, best.nats(), best.bitsPerCharacter(), best.worse(), best.of());
      publish(model, round, tokens, null);
      return OptionalDouble.empty();
    }
    Score score = score(model);
    double nats = score.natsPerToken();
    ValidationMetrics line =
        new ValidationMetrics(
            round,
            tokens,
            nats,
            score.perplexity(),
            bitsPerCharacter(score, held),
            sample,
            (System.nanoTime() - looked) * 1e-9,
            score.tokens());
    metrics.add("validation", line);
    if (rules.diagnose() && !undiagnosed && ModelDiagnosis.fits(job.spec()) && !diagnosisIsDear()) {
      diagnose(model, round);
    }
    context
        .progress()
        .message(
            String.format(
                Locale.ROOT,
                "round %d, %,d tokens: validation %.4f nats a token, perplexity %.3f%s",
                round,
                tokens,
                nats,
                score.perplexity(),
                sample.isEmpty() ? "" : "\n" + sample.indent(2).stripTrailing()));
    if (best.nats() == null || nats < best.nats()) {
      best = new Best(round, nats, line.bitsPerCharacter(), 0, most());
      publish(model, round, tokens, nats);
    } else {
      best =
          new Best(best.round(), best.nats(), best.bitsPerCharacter(), best.worse() + 1, best.of());
    }
    return OptionalDouble.of(nats);
  }

  /** A wide network's takes seconds, and its looks may follow one another fast on GPUs. */
  private boolean diagnosisIsDear() {
    double elapsed = (System.nanoTime() - began) * 1e-9;
    return lastDiagnosis > DEAR_SECONDS && diagnosisSeconds > DIAGNOSIS_SHARE * elapsed;
  }

  /** On the driver: what it takes is less than to send the model to a task. */
  private void diagnose(RecurrentLanguageModel model, int round) throws IOException {
    int timeSteps = config.training().timeSteps();
    long tokens = Math.min(dataset.tokens(Split.VALID), ModelDiagnosis.Window.tokens(timeSteps));
    ModelDiagnosis.Window window =
        ModelDiagnosis.Window.cut(dataset.read(Split.VALID, 0, tokens, 0).tokens(), timeSteps);
    if (window != null) {
      DiagnosisMetrics diagnosis;
      try {
        diagnosis = ModelDiagnosis.of(job.spec(), model.parameters(), window, round);
      } catch (RuntimeException e) {
        // No figure is worth a training.
        undiagnosed = true;
        context
            .progress()
            .message(
                "no diagnosis of this network from here on (validation.diagnose): "
                    + Failures.oneLine(e));
        return;
      }
      metrics.add("diagnosis", diagnosis);
      lastDiagnosis = diagnosis.seconds();
      diagnosisSeconds += lastDiagnosis;
    }
  }

  private Score score(RecurrentLanguageModel model) {
    return EngineScoring.score(
        context.sparkContext(),
        dataset,
        Split.VALID,
        most(),
        model,
        Engines.named(config.engine()),
        config.execution());
  }

  /** The characters of a part of the split are taken in proportion to its tokens. */
  private double bitsPerCharacter(Score score, long held) {
    SplitStatistics statistics = dataset.details().splits().get(Split.VALID);
    double part = (double) score.tokens() / held;
    double spelling =
        statistics.unknown() == 0
            ? 0
            : Spelling.nats(statistics.unknown(), statistics.unknownBytes()) * part;
    return (score.nats() + spelling) / Math.log(2) / (statistics.characters() * part);
  }

  private String sample(RecurrentLanguageModel model) {
    int length = rules.sampleLength();
    if (length == 0) {
      return "";
    }
    // The same random numbers each time: what changes is the model.
    long seed = KeyedRandom.of(config.seed(), "sample").bits(0);
    int[] drawn = new Sampler(model, new int[0], rules.sampling(), seed).draw(length);
    List<String> words = new ArrayList<>();
    for (int token : drawn) {
      words.add(model.vocabulary().token(token));
    }
    return Tokenizer.of(dataset.details().rules()).detokenize(words);
  }

  private void publish(RecurrentLanguageModel model, int round, long tokens, Double nats)
      throws IOException {
    start
        .folder()
        .writeModel(
            model,
            dataset.details().rules(),
            new ModelArtifact.ModelDetails(
                job.spec().title(),
                model.parameters().length,
                model.vocabulary().fingerprint(),
                round,
                tokens,
                nats));
  }
}
