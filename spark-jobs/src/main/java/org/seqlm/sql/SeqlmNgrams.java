package org.seqlm.sql;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.seqlm.Problems;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.artifact.Overwrite;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.ngrams.NgramsCommand;
import org.seqlm.job.ngrams.NgramsConfig;
import org.seqlm.spark.SeqlmRegistrator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the n-grams of a column of text, and estimates a language model from the counts. */
public final class SeqlmNgrams {
  private static final Logger LOG = LoggerFactory.getLogger(SeqlmNgrams.class);

  private static final String SERIALIZER = "spark.serializer";
  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";
  private static final String REGISTRATOR = "spark.kryo.registrator";

  /** Jobs of ours have a file system of their own for local files; the session is its caller's. */
  private static final String LOCAL_FILES = "fs.file.impl";

  /** What a job of ours tells Spark of itself, in the thread of its caller. */
  private static final List<String> JOB_PROPERTIES =
      List.of("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel");

  private static final Object LOCK = new Object();
  private static int counting; // calls that are under way
  private static boolean localFilesGiven; // before the first of them

  private SeqlmNgrams() {}

  /**
   * Counts as {@code seqlm ngrams} does of the same documents in the same order: each value of the
   * column is a document, those of the first partition come first, and nulls are left out. The
   * result is the folder of counts and model that {@code ngrams} writes: a model for {@link
   * SeqlmFunctions} and for every command. The documents are written as Parquet beside it, in
   * {@code .NAME.documents}, and read from there; in the end they are removed.
   *
   * @param column of strings
   * @param output folder on any Hadoop path
   * @param mode {@link SaveMode#Overwrite} replaces a complete output, {@link
   *     SaveMode#ErrorIfExists} refuses to
   * @param keys of {@code conf/ngrams.yaml}, with dots between groups, for instance {@code order}
   *     or {@code tokenizer.kind}, and their values in YAML; all but {@code output} and what says
   *     where the input is
   * @throws UserException with exit code 2 if a key, the column, the mode or a setting of the
   *     session is wrong, or the output exists; 3 if the documents have no tokens, or more of them
   *     is bad than {@code input.bad-records} allows
   */
  public static void count(
      Dataset<?> documents, String column, String output, SaveMode mode, Map<String, String> keys)
      throws IOException {
    SparkContext spark = documents.sparkSession().sparkContext();
    check(documents, column, mode, spark, keys);
    Overwrite overwrite = mode == SaveMode.Overwrite ? Overwrite.REPLACE : Overwrite.REFUSE;
    Configuration hadoop = spark.hadoopConfiguration();
    DocumentFiles files = DocumentFiles.beside(hadoop, output);
    NgramsConfig config = config(hadoop, output, files, keys);
    OutputCheck.folder(hadoop, output, overwrite);
    Map<String, String> before = new TreeMap<>();
    JOB_PROPERTIES.forEach(name -> before.put(name, spark.getLocalProperty(name)));
    enter(hadoop);
    try (files;
        JobContext context = new JobContext("ngrams", null, overwrite, new Told())) {
      files.write(documents, column);
      new NgramsCommand().run(config, context);
    } finally {
      before.forEach(spark::setLocalProperty);
      leave(hadoop);
    }
  }

  /** Calls of several threads share their session's settings: the last one out restores them. */
  private static void enter(Configuration hadoop) {
    synchronized (LOCK) {
      if (counting++ == 0) {
        localFilesGiven = hadoop.get(LOCAL_FILES) != null;
      }
    }
  }

  private static void leave(Configuration hadoop) {
    synchronized (LOCK) {
      if (--counting == 0 && !localFilesGiven) {
        hadoop.unset(LOCAL_FILES);
      }
    }
  }

  private static NgramsConfig config(
      Configuration hadoop, String output, DocumentFiles files, Map<String, String> keys) {
    List<String> sets = new ArrayList<>();
    new TreeMap<>(keys).forEach((key, value) -> sets.add(key + "=" + value));
    return ConfigLoader.load(
        "ngrams",
        NgramsConfig.class,
        hadoop,
        null,
        sets,
        new FlagValues()
            .put("input.paths", List.of(files.path()))
            .put("input.format", "parquet")
            .put("input.text-field", DocumentFiles.COLUMN)
            .put("input.document", "auto")
            .put("output", output)
            .tree());
  }

  private static void check(
      Dataset<?> documents,
      String column,
      SaveMode mode,
      SparkContext spark,
      Map<String, String> keys) {
    Problems problems = new Problems();
    List<String> columns = List.of(documents.schema().fieldNames());
    if (columns.contains(column)) {
      StructField field = documents.schema().apply(column);
      DataType type = field.dataType();
      problems.require(
          type.equals(DataTypes.StringType),
          "column "
              + column
              + " must be of type string, but is "
              + type.sql().toLowerCase(Locale.ROOT)
              + ": cast it, or name another");
    } else {
      problems.require(
          false, "column " + column + " is none of " + String.join(", ", columns) + ": name one");
    }
    problems.require(
        mode == SaveMode.Overwrite || mode == SaveMode.ErrorIfExists,
        "the mode must be ErrorIfExists or Overwrite, but is " + mode);
    for (String key : keys.keySet()) {
      problems.require(
          !key.equals("output")
              && !List.of("input.paths", "input.format", "input.text-field", "input.document")
                  .contains(key),
          "key " + key + " follows from the column and the output: leave it out");
    }
    problems.require(
        spark.getConf().get(SERIALIZER, "").equals(KRYO)
            && spark.getConf().get(REGISTRATOR, "").contains(SeqlmRegistrator.class.getName()),
        "counting needs "
            + SERIALIZER
            + "="
            + KRYO
            + " and "
            + REGISTRATOR
            + "="
            + SeqlmRegistrator.class.getName()
            + ", but they are "
            + spark.getConf().get(SERIALIZER, "not set")
            + " and "
            + spark.getConf().get(REGISTRATOR, "not set")
            + ": start the session with them");
    problems.throwIfAny();
  }

  /** Notes and warnings go where Spark's do. */
  private static final class Told implements Progress {
    @Override
    public void stage(String name, long total, String unit) {
      LOG.info("ngrams: {}", name);
    }

    @Override
    public void update(long done, String detail) {
      // Spark's own pages show how far its jobs are.
    }

    @Override
    public void message(String line) {
      LOG.warn("ngrams: {}", line);
    }
  }
}
