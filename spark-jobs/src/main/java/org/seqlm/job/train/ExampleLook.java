package org.seqlm.job.train;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.ExampleOrigin;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.JobContext;
import org.seqlm.metrics.Metric;
import org.seqlm.metrics.TaskValidation;
import org.seqlm.metrics.task.TaskScorer;
import org.seqlm.spark.scoring.ExampleScoring;
import org.seqlm.spark.training.Engines;
import org.seqlm.task.TaskModel;

/** A look at a network over examples: it predicts for the validation split. */
final class ExampleLook implements TrainLooks.ModelLook {
  private final ExampleJob job;
  private final JobContext context;
  private final TrainMetrics metrics;
  private final TaskScorer scorer;
  private ExampleScoring scoring; // since the first look

  ExampleLook(ExampleJob job, JobContext context, TrainMetrics metrics) throws IOException {
    this.job = job;
    this.context = context;
    this.metrics = metrics;
    this.scorer = job.scorer();
  }

  @Override
  public long of() {
    long held = job.examples().examples(Split.VALID);
    long most = job.config().validation().maxTokens();
    return most == 0 ? held : Math.min(held, most);
  }

  @Override
  public Seen look(float[] parameters, int round, long tokens) {
    if (of() == 0) {
      return null;
    }
    long began = System.nanoTime();
    List<Metric> found = score(parameters);
    Seen seen = seen(found);
    ExampleOrigin.Best best = job.best();
    metrics.add(
        "task",
        new TaskValidation(
            round,
            tokens,
            seen.nats(),
            seen.metric().name(),
            seen.metric().direction(),
            Metric.byName(found),
            best == null ? null : best.value(),
            (System.nanoTime() - began) * 1e-9,
            of()));
    StringBuilder text = new StringBuilder();
    for (Metric metric : found) {
      text.append(text.isEmpty() ? "" : ", ")
          .append(String.format(Locale.ROOT, "%s %.4f", metric.name(), metric.value()));
      if (metric == found.get(0) && best != null) {
        text.append(told(best));
      }
    }
    context
        .progress()
        .message(String.format(Locale.ROOT, "round %d, %,d examples: %s", round, tokens, text));
    return seen;
  }

  /** A look is at the validation split, and the best possible is mostly known of another. */
  private static String told(ExampleOrigin.Best best) {
    return String.format(
        Locale.ROOT,
        " (best possible%s %.4f)",
        best.split() == null || best.split() == Split.VALID
            ? ""
            : " on the " + Json.name(best.split()) + " split",
        best.value());
  }

  @Override
  public Seen again(float[] parameters) {
    return seen(score(parameters));
  }

  @Override
  public Seen remembered(double nats, Double bitsPerCharacter, Double metric) {
    Metric named = seen(scorer.metrics(new double[scorer.size()])).metric();
    return new Seen(
        nats,
        null,
        new Metric(named.name(), metric == null ? Double.NaN : metric, named.direction()));
  }

  @Override
  public TaskModel.Details details(int round, long tokens, Seen seen) {
    return new TaskModel.Details(
        job.network().title(),
        Json.name(job.examples().details().task()),
        job.network().layout().size(),
        round,
        tokens,
        seen == null ? null : seen.metric().name(),
        seen == null ? null : seen.metric().value(),
        seen == null ? null : seen.nats());
  }

  private List<Metric> score(float[] parameters) {
    if (scoring == null) {
      scoring = new ExampleScoring(context.sparkContext(), job.examples(), Split.VALID, scorer);
    }
    return scorer.metrics(
        scoring.score(
            of(),
            new ExampleScoring.Model(
                job.network(),
                parameters,
                Engines.named(job.config().engine()),
                job.decoding(),
                job.config().execution())));
  }

  @Override
  public void close() {
    if (scoring != null) {
      scoring.close();
    }
  }

  private static Seen seen(List<Metric> found) {
    double loss =
        found.stream()
            .filter(metric -> metric.name().equals(TaskScorer.LOSS))
            .findFirst()
            .orElseThrow()
            .value();
    return new Seen(loss, null, found.get(0));
  }
}
