package org.seqlm.job.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.neural.torch.diagnosis.ModelDiagnosis;
import org.seqlm.spark.scoring.EngineScoring;
import org.seqlm.spark.training.Engines;
import org.seqlm.text.Tokenizer;

/**
 * A look at a language model: it scores the validation split, draws a sample, and where that is
 * cheap looks into the network.
 */
final class TextLook implements TrainLooks.ModelLook {
  /** Of a run's time, what looks into a network may take that take long. */
  private static final double DIAGNOSIS_SHARE = 0.02;

  private static final double DEAR_SECONDS = 2;

  private final TextJob job;
  private final TrainConfig config;
  private final JobContext context;
  private final TrainMetrics metrics;
  private final Dataset dataset;
  private final long began = System.nanoTime();
  private boolean undiagnosed; // for one has failed
  private double lastDiagnosis;
  private double diagnosisSeconds;

  TextLook(TextJob job, JobContext context, TrainMetrics metrics) {
    this.job = job;
    this.config = job.config();
    this.context = context;
    this.metrics = metrics;
    this.dataset = job.dataset();
  }

  private long held() {
    return dataset.tokens(Split.VALID);
  }

  @Override
  public long of() {
    long most = config.validation().maxTokens();
    return most == 0 ? held() : Math.min(held(), most);
  }

  @Override
  public Seen look(float[] parameters, int round, long tokens) throws IOException {
    long looked = System.nanoTime();
    RecurrentLanguageModel model = model(parameters);
    String sample = sample(model);
    if (held() == 0) {
      return null;
    }
    Score score = score(model);
    double nats = score.natsPerToken();
    ValidationMetrics line =
        new ValidationMetrics(
            round,
            tokens,
            nats,
            score.perplexity(),
            bitsPerCharacter(score),
            sample,
            (System.nanoTime() - looked) * 1e-9,
            score.tokens());
    metrics.add("validation", line);
    if (config.validation().diagnose()
        && !undiagnosed
        && ModelDiagnosis.fits(job.network())
        && !diagnosisIsDear()) {
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
    return new Seen(nats, line.bitsPerCharacter(), null);
  }

  @Override
  public Seen again(float[] parameters) {
    Score score = score(model(parameters));
    return new Seen(score.natsPerToken(), bitsPerCharacter(score), null);
  }

  @Override
  public Seen remembered(double nats, Double bitsPerCharacter, Double metric) {
    return new Seen(nats, bitsPerCharacter, null);
  }

  @Override
  public ModelArtifact.ModelDetails details(int round, long tokens, Seen seen) {
    return new ModelArtifact.ModelDetails(
        job.network().title(),
        job.network().layout().size(),
        job.fingerprint(),
        round,
        tokens,
        seen == null ? null : seen.nats());
  }

  private RecurrentLanguageModel model(float[] parameters) {
    return new RecurrentLanguageModel(job.network(), parameters, job.vocabulary());
  }

  /** A wide network's takes seconds, and its looks may follow one another fast on GPUs. */
  private boolean diagnosisIsDear() {
    double elapsed = (System.nanoTime() - began) * 1e-9;
    return lastDiagnosis > DEAR_SECONDS && diagnosisSeconds > DIAGNOSIS_SHARE * elapsed;
  }

  /** On the driver: what it takes is less than to send the model to a task. */
  private void diagnose(RecurrentLanguageModel model, int round) throws IOException {
    int timeSteps = config.training().timeSteps();
    long tokens = Math.min(held(), ModelDiagnosis.Window.tokens(timeSteps));
    ModelDiagnosis.Window window =
        ModelDiagnosis.Window.cut(dataset.read(Split.VALID, 0, tokens, 0).tokens(), timeSteps);
    if (window != null) {
      DiagnosisMetrics diagnosis;
      try {
        diagnosis = ModelDiagnosis.of(job.network(), model.parameters(), window, round);
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
        of(),
        model,
        Engines.named(config.engine()),
        config.execution());
  }

  /** The characters of a part of the split are taken in proportion to its tokens. */
  private double bitsPerCharacter(Score score) {
    SplitStatistics statistics = dataset.details().splits().get(Split.VALID);
    double part = (double) score.tokens() / held();
    double spelling =
        statistics.unknown() == 0
            ? 0
            : Spelling.nats(statistics.unknown(), statistics.unknownBytes()) * part;
    return (score.nats() + spelling) / Math.log(2) / (statistics.characters() * part);
  }

  private String sample(RecurrentLanguageModel model) {
    int length = config.validation().sampleLength();
    if (length == 0) {
      return "";
    }
    // The same random numbers each time: what changes is the model.
    long seed = KeyedRandom.of(config.seed(), "sample").bits(0);
    int[] drawn = new Sampler(model, new int[0], config.validation().sampling(), seed).draw(length);
    List<String> words = new ArrayList<>();
    for (int token : drawn) {
      words.add(model.vocabulary().token(token));
    }
    return Tokenizer.of(dataset.details().rules()).detokenize(words);
  }
}
