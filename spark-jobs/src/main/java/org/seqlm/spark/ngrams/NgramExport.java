package org.seqlm.spark.ngrams;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.ngram.smooth.BackoffExchange;
import org.seqlm.ngram.walk.NgramWalk;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.spark.words.CorpusVocabulary;
import org.seqlm.spark.words.SpelledVocabulary;
import org.seqlm.store.FileEntry;
import org.seqlm.vocab.Vocabulary;
import scala.Tuple2;

/**
 * Writes counted n-grams and their model in other forms: an ARPA file's parts, Parquet, text. A
 * task a slice and one for the unigrams read what lies in the n-grams' folder once ({@link
 * ExportReader}) and write all forms side by side ({@link ExportForms}), in the order of the
 * slices.
 */
public final class NgramExport implements Closeable, Serializable {
  private static final long serialVersionUID = 1L;

  private final Source source;
  private final Targets targets;
  private final Passages passages;
  private final CorpusVocabulary.Source words; // null where nothing is written
  private final ExportReader reader;

  private NgramExport(
      Source source, Targets targets, Passages passages, CorpusVocabulary.Source words) {
    this.source = source;
    this.targets = targets;
    this.passages = passages;
    this.words = words;
    this.reader = new ExportReader(source, targets, passages);
  }

  /** Whether there is more than counts. */
  public enum Model {
    NONE,
    BACKS_OFF
  }

  /**
   * What is read.
   *
   * @param files of counted n-grams
   * @param order N
   */
  public record Source(SliceFiles files, int order, Model model) implements Serializable {
    /**
     * What was written just now.
     *
     * @param slices how the counts are cut
     */
    public static Source written(String folder, int order, Slices slices, Model model) {
      return new Source(SliceFiles.written(folder, Math.max(2, order), slices), order, model);
    }

    int slices() {
      return files.slices().count();
    }
  }

  /**
   * Folders that receive the forms; null for those that are not wanted.
   *
   * @param arpaParts the parts of an ARPA file, for {@link ArpaParts} to join
   */
  public record Targets(String arpaParts, String parquet, String tsv) implements Serializable {}

  /** What was written: the files for the manifests of both. */
  public record Exported(List<FileEntry> parquet, List<FileEntry> tsv) {
    static final Exported NOTHING = new Exported(List.of(), List.of());
  }

  /** Prepares; {@link #close} afterwards. */
  public static NgramExport of(
      JavaSparkContext spark,
      Source source,
      Targets targets,
      Vocabulary vocabulary,
      Passages passages) {
    return of(source, targets, CorpusVocabulary.of(spark, vocabulary), passages);
  }

  /** The same for a vocabulary that may not fit in memory. */
  public static NgramExport of(
      Source source, Targets targets, SpelledVocabulary vocabulary, Passages passages) {
    // Among what is written: the n-grams' folder may be somebody's who lets nobody write there.
    String target =
        targets.arpaParts() != null
            ? targets.arpaParts()
            : targets.parquet() != null ? targets.parquet() : targets.tsv();
    return new NgramExport(
        source,
        targets,
        passages,
        target == null ? null : vocabulary.spellings(new Path(target, ".words")));
  }

  /**
   * The same for n-grams that are there already; tasks compare what they read with its manifest.
   *
   * @param stored of this release, so that it knows its {@link NgramArtifact#slices}
   * @param vocabulary of the n-grams
   */
  public static NgramExport of(NgramArtifact stored, Targets targets, SpelledVocabulary vocabulary)
      throws IOException {
    NgramDetails details = stored.details();
    return of(
        new Source(
            SliceFiles.stored(stored),
            details.order(),
            details.model().estimator().backsOff() ? Model.BACKS_OFF : Model.NONE),
        targets,
        vocabulary,
        Passages.of(details.boundary(), vocabulary));
  }

  /** Whether a form holds the model, so that its back-off weights must be exchanged. */
  boolean needsModel() {
    return reader.readsModel();
  }

  /**
   * Writes all forms from a folder that holds all that is read, its model, too. What holds the
   * model is the same as {@link NgramEstimation#estimate} writes, since the weights that it would
   * send are stored with the contexts.
   *
   * @param progress is told how many slices are written
   */
  public Exported writeStored(JavaSparkContext spark, Progress progress) {
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "export", source.slices(), "slices", "")) {
      if (!needsModel()) {
        return writeCounts(spark, stage.done());
      }
      SharedSettings hadoop = new SharedSettings(spark.hadoopConfiguration());
      LongAccumulator done = stage.done();
      return exported(
          write(
                  numbers(spark, source.slices())
                      .mapPartitionsWithIndex(
                          (index, part) -> reader.backoffs(index, hadoop.value()), true))
              .mapPartitions(told -> counted(told, done), true)
              .collect());
    }
  }

  /**
   * Has back-off weights travel to where they are written, and all forms written there.
   *
   * @param sent {@link SliceBackoffs} to the slices, or to the unigrams, which come after them;
   *     other things may go to the same places or to one place more, and come back with what is
   *     told
   */
  JavaRDD<Object> write(JavaRDD<Tuple2<Integer, Object>> sent) {
    int unigrams = source.slices();
    SharedSettings hadoop = new SharedSettings(sent.context().hadoopConfiguration());
    return Shuffles.byNumber(sent.mapToPair(one -> one), unigrams + 2)
        .mapPartitionsWithIndex(
            (index, part) -> {
              List<Object> told = new ArrayList<>();
              SliceBackoffs.Inbox received = new SliceBackoffs.Inbox();
              while (part.hasNext()) {
                Object value = part.next()._2();
                if (!(value instanceof SliceBackoffs backoffs)) {
                  told.add(value);
                } else {
                  received.put(backoffs);
                }
              }
              if (index < unigrams && source.order() > 1) {
                try (BackoffExchange.Reader weights =
                    received.reader(source.order(), passages.vocabularySize())) {
                  received.close(); // the weights are elsewhere now
                  write(index, weights, hadoop.value()).forEach(told::add);
                }
              } else if (index == unigrams) {
                BackoffExchange.Weights weights =
                    new BackoffExchange.UnigramReader(source.order(), received.taken());
                write(index, weights, hadoop.value()).forEach(told::add);
              }
              return told.iterator();
            },
            true);
  }

  private static JavaRDD<Integer> numbers(JavaSparkContext spark, int count) {
    return spark.parallelize(IntStream.range(0, count).boxed().toList(), count);
  }

  private static Iterator<Object> counted(Iterator<Object> told, LongAccumulator done) {
    done.add(1);
    return told;
  }

  /** Writes all forms if none holds the model; else the estimation writes them, all at once. */
  public Exported writeCounts(JavaSparkContext spark) {
    return needsModel() || !reader.readsCounts()
        ? Exported.NOTHING
        : writeCounts(spark, spark.sc().longAccumulator());
  }

  private Exported writeCounts(JavaSparkContext spark, LongAccumulator done) {
    SharedSettings hadoop = new SharedSettings(spark.hadoopConfiguration());
    return exported(
        numbers(spark, source.slices() + 1)
            .mapPartitionsWithIndex(
                (index, part) ->
                    counted(
                        List.<Object>copyOf(write(index, null, hadoop.value())).iterator(), done),
                true)
            .collect());
  }

  /** Sorts out what tasks told. */
  static Exported exported(List<?> told) {
    List<FileEntry> parquet = new ArrayList<>();
    List<FileEntry> tsv = new ArrayList<>();
    for (Object one : told) {
      if (one instanceof ExportedFile exported) {
        (exported.form() == ExportedFile.Form.PARQUET ? parquet : tsv).add(exported.file());
      }
    }
    return new Exported(parquet, tsv);
  }

  /**
   * Writes all forms of one slice, or of the unigrams, which are last.
   *
   * @param exchange back-off weights for this slice; null where no form holds the model
   * @return what was written
   */
  private List<ExportedFile> write(int index, BackoffExchange.Weights exchange, Configuration conf)
      throws IOException {
    int order = source.order();
    boolean unigrams = index == source.slices();
    if (!unigrams && order == 1) {
      return List.of();
    }
    ExportForms forms = new ExportForms(targets, source.model(), passages, words, conf);
    try {
      if (unigrams) {
        forms.unigrams(
            sinks -> reader.unigrams(new NgramWalk(order, passages, exchange, sinks), conf));
      } else {
        forms.slice(
            index,
            order,
            ids -> reader.addIds(ids, index, conf),
            sinks -> reader.slice(new NgramWalk(order, passages, exchange, sinks), index, conf));
      }
    } catch (IOException | RuntimeException e) {
      VerifiedStream.throwIfDamaged(e);
      throw e;
    }
    return forms.written();
  }

  /** Frees the words; the files stay. */
  @Override
  public void close() {
    if (words != null) {
      words.close();
    }
  }
}
