package org.seqlm.job.prepare;

import java.io.IOException;
import java.util.Map;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.corpus.example.RoleColumns;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.job.cli.BuiltInExample;
import org.seqlm.job.cli.JobContext;
import org.seqlm.spark.examples.ExamplesBuilder;

/**
 * {@code prepare} where it makes labelled examples.
 *
 * @param config of the command
 * @param folder the built-in example that is read; null for people's own data
 * @param columns which column has which role
 */
record ExamplesJob(PrepareConfig config, BuiltInExample folder, RoleColumns columns) {
  /**
   * The job of a configuration.
   *
   * @param folder that the input is; null if it is none of {@code seqlm example}
   * @throws UserException with exit code 2 that names each key that is of text only, or does not
   *     fit the folder
   */
  static ExamplesJob of(PrepareConfig config, BuiltInExample folder) {
    ExampleTask task = config.examples().task();
    if (folder != null && task != null && task != folder.task()) {
      throw UserException.configuration(
          "examples.task is "
              + Json.name(task)
              + ", but "
              + folder.input()
              + " is the built-in example "
              + folder.origin().kind()
              + (folder.task() == null ? ", which is text" : " of " + Json.name(folder.task()))
              + ": leave --task out");
    }
    RoleColumns columns = config.examples().columns(folder == null ? null : folder.task());
    checkKeys(config);
    return new ExamplesJob(config, folder, columns);
  }

  /** What has no meaning for examples is refused where it is not as it is by default. */
  private static void checkKeys(PrepareConfig config) {
    CorpusSource input = config.input();
    String text = " is of text, and there are labelled examples (examples.task): ";
    new Problems()
        .require(
            input.format() != CorpusFormat.TEXT,
            "input.format text" + text + "give auto, jsonl, parquet or csv (--format)")
        .require(
            input.textField().equals(CorpusSource.of(input.paths()).textField()),
            "input.text-field" + text + "name columns with --columns in its place")
        .require(
            input.document() == DocumentUnit.AUTO,
            "input.document" + text + "leave --document out, each record is an example")
        .require(
            config.splits().method() != SplitMethod.HASHED_WORDS,
            "splits.method hashed-words" + text + "give hashed (--splits)")
        .require(
            config.splits().clusterField() == null, "splits.cluster-field" + text + "leave it null")
        .require(config.labels().isEmpty(), "labels" + text + "leave them out")
        .require(
            config.vocabulary().base() == null,
            "vocabulary.base" + text + "leave --vocabulary-from out")
        .throwIfAny();
  }

  private CorpusSource source() {
    return folder == null ? config.input() : folder.source(config.input());
  }

  private CorpusPlan listed(JobContext context) throws IOException {
    OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    return CorpusPlan.ofExamples(context.hadoop(), source());
  }

  String plan(JobContext context) throws IOException {
    return listed(context).describe()
        + "\nwrites the examples "
        + config.output()
        + ", task "
        + Json.name(columns.task());
  }

  ExamplesResult run(JobContext context) throws IOException {
    CorpusPlan plan = listed(context);
    ExamplesBuilder.Request request =
        new ExamplesBuilder.Request(
            source(),
            columns,
            folder == null ? null : folder.metric(),
            config.tokenizer(),
            config.splits(),
            config.vocabulary().limits(),
            config.vocabulary().from(),
            config.partitions(),
            folder == null ? null : folder.origin());
    var spark = context.sparkContext();
    try (ArtifactWriter writer =
            ArtifactWriter.create(context.hadoop(), config.output(), context.overwrite());
        JobContext.Awaited tasks = context.awaitTasks()) {
      ExamplesBuilder.Built built =
          ExamplesBuilder.build(spark, plan, request, writer, context.progress());
      Manifest manifest =
          writer.publish(
              Manifest.of(
                  ArtifactKind.EXAMPLES,
                  Map.of("corpus", built.details().corpusFingerprint()),
                  config.recorded(built.splits().method()),
                  config.seed(),
                  built.details()));
      return result(manifest, built);
    }
  }

  private ExamplesResult result(Manifest manifest, ExamplesBuilder.Built built) {
    ExamplesDetails details = built.details();
    return new ExamplesResult(
        config.output(),
        manifest.fingerprint(),
        details.task(),
        details.metric(),
        details.columns(),
        details.texts(),
        details.splits(),
        built.splits().describe(),
        details.labels(),
        details.vocabularies(),
        built.types(),
        details.features(),
        details.corpusFingerprint(),
        details.origin(),
        built.records(),
        details.badRecords());
  }
}
