package org.seqlm.spark.answers;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.util.TaskCompletionListener;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.files.NgramArtifact.BackoffWords;
import org.seqlm.ngram.heldout.AskedWindows;
import org.seqlm.ngram.heldout.ContextCursor;
import org.seqlm.ngram.model.AnsweringModel;
import org.seqlm.ngram.model.AskingModel;
import org.seqlm.ngram.model.WindowAnswers;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.TaskMemory;
import scala.Tuple2;

/**
 * Has the slices of a model answer what the reading of a text asks it. The text is read twice: once
 * by an {@link AskingModel}, whose windows go to their slices, and once, when the answers are back,
 * by an {@link AnsweringModel}. A slice is read once, by one task, in step with all windows that
 * are asked of it.
 *
 * <p>What each task holds is bounded: the model's words, a part of a range's questions with its
 * answers, windows on their way, and the contexts of a slice that stand beneath one token.
 */
public final class SliceAnswers {
  /** Questions of a part, at least and at most. */
  static final long LEAST_PART = 1L << 16;

  static final long MOST_PART = 1L << 21;

  /** Part of the heap for windows that wait to be sent, or to be merged. */
  private static final double WINDOWS = 0.2;

  /** Part of the heap for answers that wait to be sent, or to be read. */
  private static final double ANSWERS = 0.1;

  /** Part of the heap for the answers to a part of the questions. */
  private static final double PART = 0.2;

  private SliceAnswers() {}

  /** Reads a range of a text with a model, always in the same way. */
  @FunctionalInterface
  public interface Reading extends Serializable {
    /** Asks the model for the probability of each token of the range. */
    void read(CorpusRange range, TaskContext task, LanguageModel model) throws IOException;
  }

  /** Makes something of a range of a text with a model. */
  @FunctionalInterface
  public interface Use<T> extends Serializable {
    /** Asks the model what {@link Reading} does, in the same order. */
    T use(CorpusRange range, TaskContext task, LanguageModel model) throws IOException;
  }

  /**
   * Reads a text with a model.
   *
   * @param ranges of the text, a partition each, in their order
   * @param reading asks
   * @param use is given a model that knows the answers
   * @return what it makes of each range
   */
  public static <T> JavaRDD<T> read(
      JavaRDD<CorpusRange> ranges, SliceModel model, Reading reading, Use<T> use) {
    long memory = TaskMemory.shareOfExecutor(ranges.context().getConf(), PART);
    return read(ranges, model, part(memory, model.layout().longs()), reading, use);
  }

  /**
   * Questions of a part: a range's task holds the answers to one at a time. Who asks and who reads
   * the answers must agree, so the driver decides.
   *
   * @param memory bytes for the answers
   * @param longs of a key
   */
  static long part(long memory, int longs) {
    // Tables that grow are there twice for a while.
    long most = memory / (2L * (WindowAnswers.BYTES + Long.BYTES * longs));
    return Math.max(LEAST_PART, Math.min(most, MOST_PART));
  }

  static <T> JavaRDD<T> read(
      JavaRDD<CorpusRange> ranges, SliceModel model, long part, Reading reading, Use<T> use) {
    JavaPairRDD<Integer, byte[]> asked =
        Shuffles.byNumber(
            ranges.mapPartitionsToPair(some -> ask(some, model, part, reading)),
            model.files().slices().count());
    JavaPairRDD<Integer, byte[]> answers =
        Shuffles.byNumber(
            asked
                .mapPartitionsWithIndex((slice, windows) -> answer(slice, windows, model), true)
                .mapToPair(block -> block),
            ranges.getNumPartitions());
    return ranges.zipPartitions(
        answers.values(), (some, blocks) -> use(some, blocks, model, part, use));
  }

  private static Iterator<Tuple2<Integer, byte[]>> ask(
      Iterator<CorpusRange> ranges, SliceModel model, long part, Reading reading)
      throws IOException {
    if (!ranges.hasNext()) {
      return Collections.emptyIterator();
    }
    CorpusRange range = ranges.next();
    BackoffWords words = model.words();
    Questions questions =
        new Questions(
            range.index(),
            part,
            model.layout(),
            model.files().slices(),
            TaskMemory.share(WINDOWS),
            TaskMemory.spill(WINDOWS, "questions"));
    TaskContext task = TaskContext.get();
    atEnd(task, questions);
    reading.read(
        range,
        task,
        new AskingModel(
            words.vocabulary(),
            words.passages(),
            words.ids(),
            model.order(),
            model.layout(),
            questions::ask));
    return questions.sorted();
  }

  private static Iterator<Tuple2<Integer, byte[]>> answer(
      int slice, Iterator<Tuple2<Integer, byte[]>> parts, SliceModel model) throws IOException {
    if (!parts.hasNext()) {
      return Collections.emptyIterator();
    }
    AskedWindows windows =
        new AskedWindows(model.layout(), TaskMemory.spill(WINDOWS, "asked-windows"));
    ContextCursor cursor =
        model.order() == 1 ? null : model.files().modelCursor(slice, model.order(), model.conf());
    atEnd(TaskContext.get(), windows);
    if (cursor != null) {
      atEnd(TaskContext.get(), cursor);
    }
    while (parts.hasNext()) {
      Questions.take(parts.next()._2(), windows);
    }
    return new SliceReplies(
        model.layout(), model.order(), windows, cursor, TaskMemory.share(ANSWERS));
  }

  /** Has a task close what it reads from while others ask it for more. */
  private static void atEnd(TaskContext task, Closeable what) {
    TaskCompletionListener close =
        done -> {
          try {
            what.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    task.addTaskCompletionListener(close);
  }

  private static <T> Iterator<T> use(
      Iterator<CorpusRange> ranges,
      Iterator<byte[]> blocks,
      SliceModel model,
      long part,
      Use<T> use)
      throws IOException {
    CorpusRange range = ranges.next();
    BackoffWords words = model.words();
    try (RangeReplies replies =
        new RangeReplies(model.layout().longs(), TaskMemory.spill(ANSWERS, "answers"))) {
      while (blocks.hasNext()) {
        replies.add(blocks.next());
      }
      T made =
          use.use(
              range,
              TaskContext.get(),
              new AnsweringModel(
                  words.vocabulary(),
                  words.passages(),
                  words.ids(),
                  model.order(),
                  model.layout(),
                  words.unigrams(),
                  part,
                  replies::part));
      return Collections.singletonList(made).iterator();
    }
  }
}
