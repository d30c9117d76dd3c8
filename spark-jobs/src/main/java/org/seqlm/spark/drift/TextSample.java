package org.seqlm.spark.drift;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.night.PartitionContent;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.drift.DocumentSample;
import org.seqlm.drift.DocumentWords;
import org.seqlm.spark.corpus.PackedParts;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.text.LinesHash;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;
import org.seqlm.vocab.Vocabulary;

/**
 * A sample of the documents of a text, in the words of a vocabulary. Of a document that goes on
 * over the end of a range each range's part is one: what may go on is a file, or a paragraph, and a
 * range has 4 to 64 MiB.
 */
public final class TextSample {
  private TextSample() {}

  /**
   * What a text has.
   *
   * @param documents sampled, by rising key
   * @param total of all ranges
   * @param tokens of the text, line ends among them
   * @param unknown of them
   * @param content what tells it from other text: its lines' hashes, added up, so neither the
   *     files' names nor their order and packing count
   */
  public record Result(
      List<DocumentWords> documents,
      RangeSummary total,
      long tokens,
      long unknown,
      PartitionContent content) {}

  /**
   * Reads a text once.
   *
   * @param rules by which it is cut
   * @param most documents that are sampled
   * @param seed of the sample
   * @param tasks at most; 0 for as many as suit the cluster
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow
   */
  public static Result of(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      TextRules rules,
      Vocabulary vocabulary,
      int most,
      long seed,
      int tasks,
      Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusPlan plan = PackedParts.found(spark, listed, source, conf, progress);
    Broadcast<Vocabulary> shared = spark.broadcast(vocabulary);
    List<SampledRange> ranges;
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "read", plan.bytes(), "bytes", "tokens")) {
      ranges =
          new ArrayList<>(
              new Samples(
                      spark.sc(),
                      plan,
                      conf,
                      source,
                      rules,
                      shared,
                      most,
                      seed,
                      stage.done(),
                      stage.more())
                  .toJavaRDD()
                  // A task has many ranges, and one sample of them: the driver gets a few samples.
                  .coalesce(tasks > 0 ? tasks : 4 * spark.defaultParallelism())
                  .mapPartitions(part -> together(part, most))
                  .collect());
    } finally {
      shared.destroy();
    }
    ranges.sort(Comparator.comparingInt(range -> range.index));
    List<RangeSummary> summaries = ranges.stream().map(range -> range.summary).toList();
    RangeSummary total = RangeSummary.sum(summaries);
    BadRecords.check(source, summaries, total);
    BadRecords.tell(progress, total);
    DocumentSample sample = new DocumentSample(most);
    long tokens = 0;
    long unknown = 0;
    LinesHash hash = new LinesHash();
    for (SampledRange range : ranges) {
      for (DocumentWords document : range.documents) {
        sample.add(document);
      }
      tokens += range.tokens;
      unknown += range.unknown;
      hash.add(range.hash);
    }
    return new Result(
        sample.documents(),
        total,
        tokens,
        unknown,
        new PartitionContent(hash.toString(), total.documents(), total.lines()));
  }

  private static Iterator<SampledRange> together(Iterator<SampledRange> part, int most) {
    DocumentSample sample = new DocumentSample(most);
    List<SampledRange> ranges = new ArrayList<>();
    while (part.hasNext()) {
      SampledRange range = part.next();
      for (DocumentWords document : range.documents) {
        sample.add(document);
      }
      range.documents = new DocumentWords[0];
      ranges.add(range);
    }
    if (!ranges.isEmpty()) {
      ranges.get(0).documents = sample.documents().toArray(DocumentWords[]::new);
    }
    return ranges.iterator();
  }

  private static final class Samples extends RangesRdd<SampledRange> {
    private static final long serialVersionUID = 1L;

    private final CorpusSource source;
    private final TextRules rules;
    private final Broadcast<Vocabulary> vocabulary;
    private final int most;
    private final long seed;
    private final LongAccumulator bytes;
    private final LongAccumulator tokens;

    Samples(
        SparkContext spark,
        CorpusPlan plan,
        Broadcast<SharedSettings> conf,
        CorpusSource source,
        TextRules rules,
        Broadcast<Vocabulary> vocabulary,
        int most,
        long seed,
        LongAccumulator bytes,
        LongAccumulator tokens) {
      super(spark, plan, conf);
      this.source = source;
      this.rules = rules;
      this.vocabulary = vocabulary;
      this.most = most;
      this.seed = seed;
      this.bytes = bytes;
      this.tokens = tokens;
    }

    @Override
    public Iterator<SampledRange> compute(
        Configuration conf, CorpusRange range, TaskContext context) {
      SampledRange sampled = new SampledRange();
      sampled.index = range.index();
      LineWords lines =
          new LineWords(
              vocabulary.value(), Tokenizer.of(rules), sampled, range, most, seed, context);
      try {
        long[] before = new long[range.pieces().size()]; // nobody asks for a record's number
        sampled.summary = RangeLines.read(conf, source, range, before, lines, n -> bytes.add(n));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      sampled.documents = lines.sample.documents().toArray(DocumentWords[]::new);
      tokens.add(sampled.tokens);
      return List.of(sampled).iterator();
    }
  }

  /** Takes the lines of one range. */
  private static final class LineWords implements RangeLines.Sink {
    private final Vocabulary vocabulary;
    private final Tokenizer tokenizer;
    private final SampledRange sampled;
    private final CorpusRange range;
    private final long seed;
    private final TaskContext context;
    private final DocumentSample sample;
    private final DocumentWords.Builder words = new DocumentWords.Builder();
    private final int sentenceEnd;
    private final int lineEnd;
    private CorpusFile file;
    private int piece = -1;
    private long document; // place in the piece; 0 is what goes on from an earlier range
    private long key;
    private boolean wanted;

    LineWords(
        Vocabulary vocabulary,
        Tokenizer tokenizer,
        SampledRange sampled,
        CorpusRange range,
        int most,
        long seed,
        TaskContext context) {
      this.vocabulary = vocabulary;
      this.tokenizer = tokenizer;
      this.sampled = sampled;
      this.range = range;
      this.seed = seed;
      this.context = context;
      sample = new DocumentSample(most);
      sentenceEnd = vocabulary.sentenceEnd();
      lineEnd = vocabulary.lineEnd();
    }

    private void begin() {
      key = DocumentSample.key(seed, file.relative(), range.pieces().get(piece).from(), document);
      wanted = sample.wants(key);
    }

    private void end() {
      if (wanted) {
        sample.add(words.end(key));
      }
      wanted = false;
    }

    @Override
    public void startPiece(CorpusFile from, boolean goesOn) {
      file = from;
      piece++;
      document = 0;
      if (goesOn) {
        begin();
      }
    }

    @Override
    public void startDocument() {
      end();
      document++;
      begin();
    }

    @Override
    public void line(byte[] utf8, int from, int to, boolean terminated, long record, long line) {
      if (context.isInterrupted()) {
        throw new TaskKilledException("told to stop");
      }
      sampled.hash.add(utf8, from, to);
      tokenizer.tokenize(utf8, from, to, this::word);
      if (sentenceEnd >= 0 || terminated) {
        sampled.tokens++;
        sampled.unknown += lineEnd < 0 ? 1 : 0;
      }
    }

    private void word(byte[] utf8, int from, int to) {
      int id = vocabulary.id(utf8, from, to);
      sampled.tokens++;
      if (id == Vocabulary.UNKNOWN) {
        sampled.unknown++;
        if (wanted && !words.isFull()) {
          words.addUnknown(id, new String(utf8, from, to - from, StandardCharsets.UTF_8));
        }
      } else if (wanted) {
        words.add(id);
      }
    }

    @Override
    public void endPiece(boolean goesOn) {
      end();
    }
  }
}
