package org.seqlm.job.ngrams;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.corpus.file.SideText;
import org.seqlm.job.cli.JobContext;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SliceStatistics;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.ngram.files.NgramReport;
import org.seqlm.ngram.heldout.Tuning;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.ngram.smooth.OrderFit;
import org.seqlm.ngram.smooth.Pruning;
import org.seqlm.ngram.smooth.SmoothingFit;
import org.seqlm.ngram.stats.NgramStatistics;
import org.seqlm.ngram.stats.TopCandidates;
import org.seqlm.spark.ngrams.NgramCounting;
import org.seqlm.spark.ngrams.NgramEstimation;
import org.seqlm.spark.ngrams.NgramExport;
import org.seqlm.spark.ngrams.NgramScoring;
import org.seqlm.spark.task.JobCosts;
import org.seqlm.spark.words.CorpusVocabulary;
import org.seqlm.text.LetterCase;

/** The steps of {@code ngrams}, once it is known what to count. */
public final class NgramsJob {
  private static final String LIMIT = "--limit-vocabulary";

  private NgramsJob() {}

  /** Tasks read what the ids of the text become from here, within the folder of the result. */
  private static final String IDS = ".ids";

  /** What is written but for the manifest. */
  private record Written(
      NgramsText text, NgramDetails details, NgramReport report, List<String> notes) {}

  /** Counts a text, estimates a model, scores it on what is held out, and writes it all. */
  public static NgramsResult run(
      NgramsConfig config,
      NgramsText.Texts.Source source,
      JobContext context,
      JobCosts costs,
      long start)
      throws IOException {
    try (ArtifactWriter writer =
            ArtifactWriter.create(context.hadoop(), config.output(), context.overwrite());
        NgramOutputs outputs = NgramOutputs.create(config.export(), context);
        JobContext.Awaited tasks = context.awaitTasks()) {
      Written written;
      try (NgramsText.Texts texts = source.open(new Path(writer.folder(), IDS))) {
        written = write(config, texts, writer, outputs, context);
      }
      Manifest manifest =
          writer.publish(
              Manifest.of(
                  ArtifactKind.NGRAMS,
                  written.text().inputs(),
                  config.recorded(),
                  config.seed(),
                  written.details()));
      outputs.publish(manifest);
      return new NgramsResult(
          config.output(),
          manifest.fingerprint(),
          written.text().source(),
          written.details(),
          written.text().badRecords(),
          written.report(),
          (System.nanoTime() - start) / 1e9,
          costs.cpuSeconds(),
          costs.shuffleBytes(),
          written.notes());
    }
  }

  private static Written write(
      NgramsConfig config,
      NgramsText.Texts texts,
      ArtifactWriter writer,
      NgramOutputs outputs,
      JobContext context)
      throws IOException {
    NgramsText text = texts.counted();
    NgramsText.HeldOut heldOut = texts.heldOut();
    JavaSparkContext spark = context.sparkContext();
    Progress progress = context.progress();
    CorpusVocabulary vocabulary = text.vocabulary();
    if (text.tokens() < Math.max(2, config.order())) {
      throw UserException.data(
          text.source()
              + " has "
              + text.tokens()
              + (text.tokens() == 1 ? " token" : " tokens")
              + ", but n-grams of order "
              + config.order()
              + " need at least "
              + Math.max(2, config.order())
              + ": give more text, or a lower --order");
    }
    Passages passages = Passages.of(config.boundary(), vocabulary);
    if (!passages.knowsLineEnds() && text.unknown() > 0) {
      throw UserException.configuration(
          "boundary line needs the line feed in the vocabulary, which leaves it out: raise"
              + " vocabulary.max-size, or give --boundary document or stream");
    }
    int slices = config.slices(text.tokens());
    boolean backsOff = config.model().estimator().backsOff();
    Pruning pruning = pruning(config, text, context.hadoop());
    List<String> notes = new ArrayList<>(text.texts().notes());
    notes.addAll(notes(config, vocabulary, pruning));
    notes.forEach(note -> progress.message("warning: " + note));
    notes.addAll(NgramOutputs.notes(config.export(), config.selector()));
    NgramCounting counting =
        NgramCounting.count(
            spark,
            text.input(),
            vocabulary,
            passages,
            new NgramCounting.Plan(
                config.order(), slices, config.top(), config.countsOfCounts(), config.partitions()),
            text.base(),
            writer.folder(),
            progress);
    counting.files().forEach(writer::add);
    NgramStatistics statistics =
        NgramStatistics.of(
            counting.statistics(),
            counting.zipf(),
            counting.top(),
            vocabulary.tokens(ids(counting.top())),
            config.order());

    NgramScoring scoring =
        heldOut == null
            ? null
            : new NgramScoring(spark, heldOut.blocks(), heldOut.tokens(), passages, counting);
    List<OrderFit> fits = List.of();
    List<Long> ngrams = List.of();
    Tuning tuning = null;
    NgramExport.Source written =
        NgramExport.Source.written(
            writer.folder().toString(),
            config.order(),
            counting.slices(),
            backsOff ? NgramExport.Model.BACKS_OFF : NgramExport.Model.NONE);
    try (NgramExport export = NgramExport.of(written, outputs.targets(), vocabulary, passages)) {
      if (backsOff) {
        SmoothingFit fit = fit(config, counting);
        if (config.model().estimator() == Estimator.JELINEK_MERCER && scoring != null) {
          progress.stage("tune", heldOut.tokens(), "tokens");
          NgramScoring.Tuned tuned = scoring.tune(pruning, config.model().lambda());
          fit = SmoothingFit.of(tuned.smoothing());
          tuning = tuned.tuning();
          progress.update(heldOut.tokens(), "");
        }
        if (config.model().estimator() == Estimator.JELINEK_MERCER) {
          progress.message(
              NgramsSummary.tuningLine(
                  config.model(), heldOut == null ? null : heldOut.name(), tuning));
        }
        fits = fit.orders();
        fit.fallbacks().forEach(line -> progress.message("warning: " + line));
        progress.stage("estimate", text.tokens(), "tokens");
        NgramEstimation.Estimated estimated =
            NgramEstimation.estimate(
                spark,
                counting,
                vocabulary,
                passages,
                new NgramEstimation.Plan(config.order(), fit.smoothing(), pruning),
                export);
        estimated.files().forEach(writer::add);
        ngrams = Arrays.stream(estimated.ngrams()).boxed().toList();
        outputs.add(estimated.exported());
        progress.update(text.tokens(), "");
      }
      outputs.add(export.writeCounts(spark));
      outputs.join(ngrams, counting.slices().count());
    }
    NgramReport report = report(config, statistics, heldOut, scoring, tuning, progress);
    NgramArtifact.write(writer, vocabulary::write, counting.slices(), report);
    NgramDetails details =
        new NgramDetails(
            config.order(),
            config.boundary(),
            config.tokenizer(),
            vocabulary.size(),
            vocabulary.fingerprint(),
            text.tokens(),
            text.unknown(),
            counting.slices().count(),
            text.base() == null ? slices : counting.slices().count(),
            text.limits(),
            config.selector(),
            config.model().prune(),
            ngrams,
            fits,
            text.texts().all());
    return new Written(text, details, report, notes);
  }

  /** Scores the held-out text, if there is one. */
  private static NgramReport report(
      NgramsConfig config,
      NgramStatistics statistics,
      NgramsText.HeldOut heldOut,
      NgramScoring scoring,
      Tuning tuning,
      Progress progress)
      throws IOException {
    if (heldOut == null) {
      return new NgramReport(statistics, null, 0, 0, List.of(), tuning);
    }
    progress.stage("score", heldOut.tokens(), "tokens");
    NgramScoring.Scores scores = scoring.score(config.selector());
    progress.update(heldOut.tokens(), "");
    return new NgramReport(
        statistics, heldOut.name(), scores.tokens(), scores.unknown(), scores.models(), tuning);
  }

  private static SmoothingFit fit(NgramsConfig config, NgramCounting counting) {
    int order = config.order();
    return SmoothingFit.of(
        config.model().smoothing(),
        SliceStatistics.countsOfCounts(counting.statistics(), CountKind.RAW).subList(0, order),
        SliceStatistics.countsOfCounts(counting.statistics(), CountKind.ADJUSTED)
            .subList(0, order));
  }

  private static Pruning pruning(NgramsConfig config, NgramsText text, Configuration hadoop)
      throws IOException {
    long[] thresholds = config.model().prune().stream().mapToLong(Long::longValue).toArray();
    String limit = config.model().limitVocabulary();
    BitSet present = text.present();
    if (limit == null) {
      return Pruning.of(thresholds, present == null ? null : present.toLongArray());
    }
    CorpusVocabulary vocabulary = text.vocabulary();
    long[] listed = SideText.read(hadoop, LIMIT, limit, in -> vocabulary.ids(words(in).iterator()));
    BitSet allowed = BitSet.valueOf(listed);
    if (present != null) {
      allowed.and(present);
    }
    return Pruning.of(thresholds, allowed.toLongArray());
  }

  /** What to know of what a limited vocabulary leaves. */
  private static List<String> notes(
      NgramsConfig config, CorpusVocabulary vocabulary, Pruning pruning) {
    boolean some = config.model().limitVocabulary() == null;
    for (int id = vocabulary.reserved(); id < vocabulary.size() && !some; id++) {
      some = pruning.allows(id);
    }
    return some
        ? List.of()
        : List.of(
            "no word of "
                + LIMIT
                + " "
                + config.model().limitVocabulary()
                + " stands in the text, so the model knows none: give words as the tokenizer cuts"
                + " them"
                + (config.tokenizer().letterCase() == LetterCase.LOWER ? ", in lower case" : ""));
  }

  /**
   * Checks, before any work, that the file of {@code --limit-vocabulary} holds words.
   *
   * @throws UserException with exit code 3 if not
   */
  public static void checkLimit(NgramsConfig config, Configuration hadoop) throws IOException {
    String limit = config.model().limitVocabulary();
    if (limit == null) {
      return;
    }
    boolean empty = SideText.read(hadoop, LIMIT, limit, in -> words(in).findFirst().isEmpty());
    if (empty) {
      throw UserException.data(
          LIMIT
              + " "
              + limit
              + " holds no words, so no n-gram would stay: give a file of words with white space"
              + " between them, or leave it out");
    }
  }

  /** Cut as KenLM does, at NUL, tab, LF, CR and space. */
  private static Stream<String> words(BufferedReader in) {
    return in.lines()
        .flatMap(line -> Arrays.stream(line.split("[ \t\u0000]+")))
        .filter(word -> !word.isEmpty());
  }

  private static int[] ids(List<List<TopCandidates.Row>> top) {
    return top.stream()
        .flatMap(List::stream)
        .flatMapToInt(row -> Arrays.stream(row.ids()))
        .sorted()
        .distinct()
        .toArray();
  }
}
