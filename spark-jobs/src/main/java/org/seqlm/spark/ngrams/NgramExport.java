package org.seqlm.spark.ngrams;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.Progress;
import org.seqlm.artifact.FileEntry;
import org.seqlm.artifact.HashedFile;
import org.seqlm.artifact.Paths;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.ngram.arpa.ArpaText;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.files.CountText;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.files.NgramParquet;
import org.seqlm.ngram.files.NgramTsv;
import org.seqlm.ngram.model.ModelSlice;
import org.seqlm.ngram.smooth.BackoffExchange;
import org.seqlm.ngram.smooth.Unigrams;
import org.seqlm.ngram.walk.NgramSink;
import org.seqlm.ngram.walk.NgramWalk;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.spark.words.CorpusVocabulary;
import org.seqlm.spark.words.SpelledVocabulary;
import org.seqlm.vocab.IdSet;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Spellings;
import org.seqlm.vocab.Vocabulary;
import scala.Tuple2;

/**
 * Writes counted n-grams and their model in other forms: an ARPA file's parts, Parquet, text. A
 * task a slice and one for the unigrams read what lies in the n-grams' folder once and write all
 * forms side by side, in the order of the slices.
 */
public final class NgramExport implements Closeable, Serializable {
  private static final long serialVersionUID = 1L;
  private static final int BUFFER = 1 << 18;

  private final Source source;
  private final Targets targets;
  private final Passages passages;
  private final CorpusVocabulary.Source words; // null where nothing is written
  private final Map<String, String> digests; // SHA-256 by path; empty of what was written just now

  private NgramExport(
      Source source,
      Targets targets,
      Passages passages,
      CorpusVocabulary.Source words,
      Map<String, String> digests) {
    this.source = source;
    this.targets = targets;
    this.passages = passages;
    this.words = words;
    this.digests = digests;
  }

  /** Whether there is more than counts. */
  public enum Model {
    NONE,
    BACKS_OFF
  }

  /**
   * What is read.
   *
   * @param folder of counted n-grams
   * @param order N
   * @param slices of the counts
   */
  public record Source(String folder, int order, int slices, Model model) implements Serializable {
    /** The order of the counts: contexts of at least one token. */
    int storedOrder() {
      return Math.max(2, order);
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
    return of(source, targets, vocabulary, passages, Map.of());
  }

  /**
   * The same for n-grams that are there already; tasks compare what they read with its manifest.
   *
   * @param vocabulary of the n-grams
   */
  public static NgramExport of(
      NgramArtifact stored, Targets targets, SpelledVocabulary vocabulary) {
    NgramDetails details = stored.details();
    Map<String, String> digests = new HashMap<>();
    stored.artifact().manifest().files().forEach(file -> digests.put(file.path(), file.sha256()));
    return of(
        new Source(
            stored.artifact().folder().toString(),
            details.order(),
            details.slices(),
            details.model().estimator().backsOff() ? Model.BACKS_OFF : Model.NONE),
        targets,
        vocabulary,
        Passages.of(details.boundary(), vocabulary),
        digests);
  }

  private static NgramExport of(
      Source source,
      Targets targets,
      SpelledVocabulary vocabulary,
      Passages passages,
      Map<String, String> digests) {
    // Among what is written: the n-grams' folder may be somebody's who lets nobody write there.
    String target =
        targets.arpaParts() != null
            ? targets.arpaParts()
            : targets.parquet() != null ? targets.parquet() : targets.tsv();
    return new NgramExport(
        source,
        targets,
        passages,
        target == null ? null : vocabulary.spellings(new Path(target, ".words")),
        digests);
  }

  /** Whether a form holds the model, so that its back-off weights must be exchanged. */
  boolean needsModel() {
    return source.model() == Model.BACKS_OFF
        && (targets.arpaParts() != null || targets.parquet() != null);
  }

  /**
   * Writes all forms from a folder that holds all that is read, its model, too. What holds the
   * model is the same as {@link NgramEstimation#estimate} writes, since the weights that it would
   * send are stored with the contexts.
   *
   * @param slices of the counts
   * @param progress is told how many slices are written
   */
  public Exported writeStored(JavaSparkContext spark, Slices slices, Progress progress) {
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "export", source.slices(), "slices", "")) {
      if (!needsModel()) {
        return writeCounts(spark, stage.done());
      }
      SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
      LongAccumulator done = stage.done();
      return exported(
          write(
                  numbers(spark, source.slices())
                      .mapPartitionsWithIndex(
                          (index, part) -> stored(index, slices, hadoop.value()), true))
              .mapPartitions(told -> counted(told, done), true)
              .collect());
    }
  }

  /** The weights of a slice of the model as its estimation sent them. */
  private Iterator<Tuple2<Integer, Object>> stored(int index, Slices slices, Configuration conf)
      throws IOException {
    if (source.order() == 1) {
      return Collections.emptyIterator();
    }
    BackoffExchange.Writer backoffs = new BackoffExchange.Writer(slices, source.order());
    try (InputStream in = open(NgramFiles.modelSlice(index), conf)) {
      ModelSlice model = new ModelSlice(in, source.order());
      while (model.next()) {
        // A hot token's context is told by its head; its parts name it again.
        if (model.length() > 1 || slices.headOf(index) < 0) {
          backoffs.backoff(model.reversed(), model.length(), model.logBackoff());
        }
      }
    } catch (IOException | RuntimeException e) {
      VerifiedStream.throwIfDamaged(e);
      throw e;
    }
    return Backoffs.drain(backoffs, index).iterator();
  }

  /**
   * Has back-off weights travel to where they are written, and all forms written there.
   *
   * @param sent {@link Backoffs} to the slices, or to the unigrams, which come after them; other
   *     things may go to the same places or to one place more, and come back with what is told
   */
  JavaRDD<Object> write(JavaRDD<Tuple2<Integer, Object>> sent) {
    int unigrams = source.slices();
    SerializableConfiguration hadoop =
        new SerializableConfiguration(sent.context().hadoopConfiguration());
    return Shuffles.byNumber(sent.mapToPair(one -> one), unigrams + 2)
        .mapPartitionsWithIndex(
            (index, part) -> {
              List<Object> told = new ArrayList<>();
              List<Backoffs> received = new ArrayList<>();
              while (part.hasNext()) {
                Object value = part.next()._2();
                if (value instanceof Backoffs backoffs) {
                  received.add(backoffs);
                } else {
                  told.add(value);
                }
              }
              if (index <= unigrams) {
                write(index, Backoffs.sorted(received), hadoop.value()).forEachRemaining(told::add);
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
    return needsModel() || !readsCounts()
        ? Exported.NOTHING
        : writeCounts(spark, spark.sc().longAccumulator());
  }

  private Exported writeCounts(JavaSparkContext spark, LongAccumulator done) {
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    return exported(
        numbers(spark, source.slices() + 1)
            .mapPartitionsWithIndex(
                (index, part) -> counted(write(index, null, hadoop.value()), done), true)
            .collect());
  }

  /** Sorts out what tasks told. */
  static Exported exported(List<?> told) {
    List<FileEntry> parquet = new ArrayList<>();
    List<FileEntry> tsv = new ArrayList<>();
    for (Object one : told) {
      if (one instanceof Written written) {
        (written.form == Written.PARQUET ? parquet : tsv).add(written.file());
      }
    }
    return new Exported(parquet, tsv);
  }

  /**
   * Writes all forms of one slice, or of the unigrams, which are last.
   *
   * @param backoffs back-off weights for this slice; null where no form holds the model
   */
  private Iterator<Object> write(int index, List<byte[]> backoffs, Configuration conf)
      throws IOException {
    int order = source.order();
    boolean unigrams = index == source.slices();
    List<Object> told = new ArrayList<>();
    if (!unigrams && order == 1) {
      return told.iterator();
    }
    BackoffExchange.Reader exchange =
        backoffs == null
            ? null
            : new BackoffExchange.Reader(order, passages.vocabularySize(), backoffs);
    int first = unigrams ? 1 : 2;
    int last = unigrams ? 1 : order;
    try {
      Spellings spellings =
          unigrams || (targets.arpaParts() == null && targets.tsv() == null)
              ? null
              : words.some(conf, ids -> addIds(ids, index, conf));
      List<Form> forms = new ArrayList<>();
      if (targets.arpaParts() != null) {
        forms.add(unigrams ? unigramArpa(conf) : arpa(last, index, spellings, conf));
      }
      if (targets.parquet() != null) {
        forms.add(parquet(first, last, unigrams ? 0 : index, conf, told));
      }
      if (targets.tsv() != null) {
        forms.add(unigrams ? unigramText(conf, told) : text(last, index, spellings, conf, told));
      }
      open(
          forms,
          new ArrayList<>(),
          sinks -> {
            NgramWalk walk = new NgramWalk(order, passages, exchange, sinks);
            if (unigrams) {
              unigrams(walk, conf);
            } else {
              slice(walk, index, conf);
            }
          });
    } catch (IOException | RuntimeException e) {
      VerifiedStream.throwIfDamaged(e);
      throw e;
    }
    return told.iterator();
  }

  /** Opens a form's files, has their sink filled, and closes them. */
  private interface Form {
    void write(Filling filling) throws IOException;
  }

  @FunctionalInterface
  private interface Filling {
    void fill(NgramSink sink) throws IOException;
  }

  @FunctionalInterface
  private interface Walking {
    void walk(List<NgramSink> sinks) throws IOException;
  }

  /** Opens all forms, one within the other. */
  private static void open(List<Form> forms, List<NgramSink> sinks, Walking walking)
      throws IOException {
    if (sinks.size() == forms.size()) {
      walking.walk(sinks);
      return;
    }
    forms
        .get(sinks.size())
        .write(
            sink -> {
              sinks.add(sink);
              open(forms, sinks, walking);
            });
  }

  private Form arpa(int last, int slice, Spellings spellings, Configuration conf) {
    String[] names =
        IntStream.rangeClosed(2, last)
            .mapToObj(n -> ArpaParts.name(n, slice))
            .toArray(String[]::new);
    return filling ->
        ArpaParts.write(
            targets.arpaParts(),
            conf,
            names,
            outs -> filling.fill(new ArpaText(outs, 2, spellings, passages)));
  }

  private Form unigramArpa(Configuration conf) {
    return filling ->
        ArpaParts.write(
            targets.arpaParts(),
            conf,
            new String[] {ArpaParts.name(1, 0)},
            outs -> readAll(conf, all -> filling.fill(ArpaText.unigrams(outs[0], all, passages))));
  }

  private Form parquet(int first, int last, int slice, Configuration conf, List<Object> told) {
    NgramParquet.Columns columns =
        source.model() == Model.NONE
            ? NgramParquet.Columns.COUNTS
            : NgramParquet.Columns.COUNTS_AND_MODEL;
    Path folder = new Path(targets.parquet());
    List<String> paths =
        IntStream.rangeClosed(first, last).mapToObj(n -> NgramParquet.ngrams(n, slice)).toList();
    return filling -> {
      FileSystem fs = Paths.plain(folder, conf);
      long attempt = TaskContext.get().taskAttemptId();
      tell(
          told,
          Written.PARQUET,
          HashedFile.writeAll(
              fs,
              folder,
              paths,
              attempt,
              outs -> filling.fill(new NgramParquet.Rows(outs, first, conf, columns))));
      if (first == 1) {
        tell(
            told,
            Written.PARQUET,
            List.of(
                HashedFile.write(
                    fs,
                    folder,
                    NgramParquet.DICTIONARY,
                    attempt,
                    out -> readAll(conf, all -> NgramParquet.writeDictionary(out, conf, all)))));
      }
    };
  }

  private Form text(
      int last, int slice, Spellings spellings, Configuration conf, List<Object> told) {
    List<String> paths =
        IntStream.rangeClosed(2, last).mapToObj(n -> NgramTsv.ngrams(n, slice)).toList();
    return filling ->
        compressed(
            paths,
            conf,
            told,
            outs -> filling.fill(new CountText(outs, 2, CountText.escaped(spellings))));
  }

  private Form unigramText(Configuration conf, List<Object> told) {
    return filling ->
        compressed(
            NgramTsv.UNIGRAMS,
            conf,
            told,
            outs ->
                filling.fill(
                    new CountText.SortedUnigrams(
                        outs, CountText.escaped(allWords(conf)), passages)));
  }

  /** Writes files of text, those whose names end in {@code .gz} compressed. */
  private void compressed(
      List<String> paths, Configuration conf, List<Object> told, HashedFile.Contents contents)
      throws IOException {
    Path folder = new Path(targets.tsv());
    tell(
        told,
        Written.TSV,
        HashedFile.writeAll(
            Paths.plain(folder, conf),
            folder,
            paths,
            TaskContext.get().taskAttemptId(),
            outs -> {
              OutputStream[] streams = outs.clone();
              for (int i = 0; i < outs.length; i++) {
                if (paths.get(i).endsWith(".gz")) {
                  streams[i] = new GZIPOutputStream(outs[i], 1 << 16);
                }
              }
              contents.writeTo(streams);
              for (OutputStream stream : streams) {
                if (stream instanceof GZIPOutputStream gzip) {
                  gzip.finish();
                }
              }
            }));
  }

  private static void tell(List<Object> told, int form, List<FileEntry> files) {
    files.forEach(file -> told.add(new Written(form, file)));
  }

  @FunctionalInterface
  private interface Reading {
    void read(Iterator<PackedTokens> words) throws IOException;
  }

  /** Has all words read, or as many as are needed. */
  private void readAll(Configuration conf, Reading reading) throws IOException {
    Iterator<PackedTokens> all = words.all(conf);
    try (Closeable files = all instanceof Closeable open ? open : () -> {}) {
      reading.read(all);
    }
  }

  /** All words at once: they are sorted by their bytes. */
  private Spellings allWords(Configuration conf) throws IOException {
    return words.some(
        conf,
        ids -> {
          for (int id = 0; id < passages.vocabularySize(); id++) {
            ids.add(id);
          }
        });
  }

  /** The ids of a slice's n-grams. */
  private void addIds(IdSet ids, int index, Configuration conf) throws IOException {
    if (readsCounts()) {
      try (InputStream in = open(NgramFiles.countSlice(index), conf)) {
        CountSlice counts = new CountSlice(in, source.storedOrder());
        while (counts.next()) {
          addIds(ids, counts.reversed(), counts.length(), counts.words(), counts.size());
        }
      }
    } else {
      try (InputStream in = open(NgramFiles.modelSlice(index), conf)) {
        ModelSlice model = new ModelSlice(in, source.order());
        while (model.next()) {
          addIds(ids, model.reversed(), model.length(), model.words(), model.size());
        }
      }
    }
  }

  private static void addIds(IdSet ids, int[] reversed, int length, int[] words, int size) {
    for (int i = 1; i <= length; i++) {
      ids.add(reversed[i]);
    }
    for (int i = 0; i < size; i++) {
      ids.add(words[i]);
    }
  }

  private boolean readsCounts() {
    return targets.parquet() != null || targets.tsv() != null;
  }

  private void slice(NgramWalk walk, int index, Configuration conf) throws IOException {
    try (InputStream counts = readsCounts() ? open(NgramFiles.countSlice(index), conf) : null;
        InputStream model = needsModel() ? open(NgramFiles.modelSlice(index), conf) : null) {
      walk.slice(
          counts == null ? null : new CountSlice(counts, source.storedOrder()),
          model == null ? null : new ModelSlice(model, source.order()));
    }
  }

  private void unigrams(NgramWalk walk, Configuration conf) throws IOException {
    UnigramCounts counts = null;
    if (readsCounts()) {
      try (InputStream in = open(NgramFiles.UNIGRAM_COUNTS, conf)) {
        counts = UnigramCounts.read(in, passages.vocabularySize());
      }
    }
    Unigrams model = null;
    if (needsModel()) {
      try (InputStream in = open(NgramFiles.UNIGRAMS, conf)) {
        model = Unigrams.read(in);
      }
    }
    walk.unigrams(counts, counts == null ? 0 : started(conf), model);
  }

  /**
   * How often {@code <s>} begins a passage: no window ends in it, so it is counted by its
   * followers.
   */
  private long started(Configuration conf) throws IOException {
    if (passages.passageStart() < 0) {
      return 0;
    }
    // A little of slices that their own tasks read, and compare, as a whole. Where <unk> is hot,
    // many come before: how each begins is enough.
    int home = 0;
    for (int slice = 1; slice < source.slices(); slice++) {
      try (InputStream in = openPart(NgramFiles.countSlice(slice), conf)) {
        CountSlice counts = new CountSlice(in, source.storedOrder());
        int first = counts.next() ? counts.reversed()[1] : -1;
        if (first > passages.passageStart()) {
          break;
        }
        home = first < 0 ? home : slice;
      }
    }
    try (InputStream in = openPart(NgramFiles.countSlice(home), conf)) {
      return Math.max(
          0, new CountSlice(in, source.storedOrder()).followed(passages.passageStart()));
    }
  }

  private InputStream open(String path, Configuration conf) throws IOException {
    Path file = new Path(source.folder(), path);
    InputStream in = file.getFileSystem(conf).open(file);
    String sha256 = digests.get(path);
    return new BufferedInputStream(
        sha256 == null ? in : VerifiedStream.of(in, file.toString(), sha256), BUFFER);
  }

  private InputStream openPart(String path, Configuration conf) throws IOException {
    Path file = new Path(source.folder(), path);
    return new BufferedInputStream(file.getFileSystem(conf).open(file), BUFFER);
  }

  /** Frees the words; the files stay. */
  @Override
  public void close() {
    if (words != null) {
      words.close();
    }
  }

  /** Back-off weights from one slice. */
  public static final class Backoffs implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int slice;
    private final byte[] bytes;

    private Backoffs(int slice, byte[] bytes) {
      this.slice = slice;
      this.bytes = bytes;
    }

    /** What a slice sends, with the numbers of those that it goes to. */
    static List<Tuple2<Integer, Object>> drain(BackoffExchange.Writer collected, int slice) {
      List<Tuple2<Integer, Object>> sent = new ArrayList<>();
      collected.drain((bytes, to) -> sent.add(new Tuple2<>(to, new Backoffs(slice, bytes))));
      return sent;
    }

    /** The weights in the order of the slices that they come from. */
    private static List<byte[]> sorted(List<Backoffs> received) {
      return received.stream()
          .sorted(Comparator.comparingInt(backoffs -> backoffs.slice))
          .map(backoffs -> backoffs.bytes)
          .toList();
    }
  }

  /** What a task that wrote a file tells the driver. */
  public static final class Written implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int PARQUET = 0;
    private static final int TSV = 1;

    private final int form;
    private final FileEntry file;

    Written(int form, FileEntry file) {
      this.form = form;
      this.file = file;
    }

    FileEntry file() {
      return file;
    }
  }
}
