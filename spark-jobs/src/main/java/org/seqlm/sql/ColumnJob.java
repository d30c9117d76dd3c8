package org.seqlm.sql;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.seqlm.Problems;
import org.seqlm.Progress;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.artifact.Overwrite;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobContext;
import org.seqlm.spark.SeqlmRegistrator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command of ours that runs on a caller's columns, in the caller's session, which is left as it
 * was.
 *
 * @param name of the command, whose keys are those of {@code conf/NAME.yaml}
 * @param spark the caller's
 * @param mode whether an output that is there is replaced
 * @param keys the caller's, with dots between groups, and their values in YAML
 */
record ColumnJob(String name, SparkContext spark, SaveMode mode, Map<String, String> keys) {
  private static final Logger LOG = LoggerFactory.getLogger(ColumnJob.class);

  private static final String SERIALIZER = "spark.serializer";
  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";
  private static final String REGISTRATOR = "spark.kryo.registrator";

  /** What follows from a column everywhere. */
  private static final Set<String> INPUT =
      Set.of("input.paths", "input.format", "input.text-field", "input.document", "output");

  /** Jobs of ours have a file system of their own for local files; the session is its caller's. */
  private static final String LOCAL_FILES = "fs.file.impl";

  /** What a job of ours tells Spark of itself, in the thread of its caller. */
  private static final List<String> JOB_PROPERTIES =
      List.of("spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel");

  private static final Object LOCK = new Object();
  private static int running; // calls that are under way
  private static boolean localFilesGiven; // before the first of them

  /** Writes what a command reads. */
  interface Staging {
    void write() throws IOException;
  }

  static ColumnJob of(String name, Dataset<?> documents, SaveMode mode, Map<String, String> keys) {
    return new ColumnJob(name, documents.sparkSession().sparkContext(), mode, keys);
  }

  Configuration hadoop() {
    return spark.hadoopConfiguration();
  }

  Overwrite overwrite() {
    return mode == SaveMode.Overwrite ? Overwrite.REPLACE : Overwrite.REFUSE;
  }

  /**
   * Checks what needs no command.
   *
   * @param taken keys that are no caller's to give, besides those of the input and the output
   * @throws org.seqlm.UserException with exit code 2, a line for each problem
   */
  void check(Problems problems, String... taken) {
    problems.require(
        mode == SaveMode.Overwrite || mode == SaveMode.ErrorIfExists,
        "the mode must be ErrorIfExists or Overwrite, but is " + mode);
    for (String key : new TreeMap<>(keys).keySet()) {
      problems.require(
          !INPUT.contains(key) && !List.of(taken).contains(key),
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

  /** Requires a column of text. */
  static Problems column(Dataset<?> documents, String column) {
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
    return problems;
  }

  /** The effective configuration: the defaults, under the caller's keys, under what follows. */
  <C extends JobConfig> C config(JobCommand<C, ?> command, FlagValues follows) {
    List<String> sets = new ArrayList<>();
    new TreeMap<>(keys).forEach((key, value) -> sets.add(key + "=" + value));
    return command.configured(name, hadoop(), sets, follows);
  }

  /**
   * Runs a command.
   *
   * @param overwrite of what it writes
   * @param staging comes first
   */
  <C extends JobConfig> void run(
      JobCommand<C, ?> command, C config, Overwrite overwrite, Staging staging) throws IOException {
    Map<String, String> before = new TreeMap<>();
    JOB_PROPERTIES.forEach(property -> before.put(property, spark.getLocalProperty(property)));
    enter(hadoop());
    try (JobContext context = new JobContext(name, null, overwrite, new Told(name))) {
      staging.write();
      command.run(config, context);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e.getMessage(), e); // Spark's own, which Scala does not check
    } finally {
      before.forEach(spark::setLocalProperty);
      leave(hadoop());
    }
  }

  /**
   * Runs a command that writes an analysis, and reads a table of it.
   *
   * @param follows what the command is told besides its output
   * @param files what is staged; they are removed in the end
   */
  <C extends JobConfig> Dataset<Row> analyse(
      JobCommand<C, ?> command,
      FlagValues follows,
      String output,
      Staging staging,
      SparkSession session,
      String table,
      DocumentFiles... files)
      throws IOException {
    new Problems()
        .require(
            keys.getOrDefault("formats", "parquet").contains("parquet"),
            "formats must have parquet, of which the rows are read, but is " + keys.get("formats"))
        .throwIfAny();
    C config = config(command, follows.put("output", output));
    OutputCheck.folder(hadoop(), output, overwrite());
    try (Closeable all = () -> close(files)) {
      run(command, config, overwrite(), staging);
    }
    return SeqlmTables.read(session, output, table);
  }

  /** Closes all, whatever becomes of one. */
  private static void close(DocumentFiles... files) throws IOException {
    IOException first = null;
    for (DocumentFiles staged : files) {
      try {
        staged.close();
      } catch (IOException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** Calls of several threads share their session's settings: the last one out restores them. */
  private static void enter(Configuration hadoop) {
    synchronized (LOCK) {
      if (running++ == 0) {
        localFilesGiven = hadoop.get(LOCAL_FILES) != null;
      }
    }
  }

  private static void leave(Configuration hadoop) {
    synchronized (LOCK) {
      if (--running == 0 && !localFilesGiven) {
        hadoop.unset(LOCAL_FILES);
      }
    }
  }

  /** Notes and warnings go where Spark's do. */
  private record Told(String name) implements Progress {
    @Override
    public void stage(String stage, long total, String unit) {
      LOG.info("{}: {}", name, stage);
    }

    @Override
    public void update(long done, String detail) {
      // Spark's own pages show how far its jobs are.
    }

    @Override
    public void message(String line) {
      LOG.warn("{}: {}", name, line);
    }
  }
}
