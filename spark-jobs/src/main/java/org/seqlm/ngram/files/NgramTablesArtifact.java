package org.seqlm.ngram.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.ngram.model.CountTrie;
import org.seqlm.ngram.model.MarkovModel;
import org.seqlm.ngram.model.ModelSelector;
import org.seqlm.ngram.model.ModelSink;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/** Counted n-grams and their models, read from the tables that {@link NgramTables} describes. */
public final class NgramTablesArtifact implements NgramModels {
  private final ArtifactReader reader;
  private final NgramDetails details;
  private Vocabulary vocabulary;
  private CountTrie trie;
  private BackoffModel backoff;

  private NgramTablesArtifact(ArtifactReader reader, NgramDetails details) {
    this.reader = reader;
    this.details = details;
  }

  /**
   * Opens the tables; this reads their manifest only.
   *
   * @throws UserException with exit code 3 if there are none, or they are of another version
   */
  public static NgramTablesArtifact open(Configuration conf, String folder) throws IOException {
    ArtifactReader reader = ArtifactReader.open(conf, folder, ArtifactKind.NGRAMS_PARQUET);
    return new NgramTablesArtifact(reader, reader.details(NgramDetails.class));
  }

  @Override
  public NgramDetails details() {
    return details;
  }

  /** Reads the dictionary; kept after the first call. */
  public synchronized Vocabulary vocabulary() throws IOException {
    if (vocabulary == null) {
      Vocabulary read =
          Vocabularies.unpack(
              Vocabulary.reservedTokens(details.rules().kind()).size(),
              NgramTables.readDictionary(
                  reader.readVerified(NgramTables.DICTIONARY), reader.name()));
      if (!read.fingerprint().equals(details.vocabularyFingerprint())) {
        throw UserException.data(
            reader.name() + " is damaged: its dictionary is not the manifest's; make it again");
      }
      vocabulary = read;
    }
    return vocabulary;
  }

  @Override
  public synchronized LanguageModel model(String selector) throws IOException {
    ModelSelector choice = details.model().parse(selector, details.order());
    Passages passages = Passages.of(details.boundary(), vocabulary());
    if (choice.estimator().backsOff()) {
      if (backoff == null) {
        backoff = backoff(choice);
      }
      return backoff;
    }
    if (trie == null) {
      trie = trie(passages);
    }
    return new MarkovModel(trie, vocabulary(), passages, choice);
  }

  private ParquetContexts contexts(int order) throws IOException {
    return new ParquetContexts(reader, order, order == 1 ? 1 : details.slices());
  }

  /** Reads all orders side by side, each context before the longer ones that end in it. */
  private CountTrie trie(Passages passages) throws IOException {
    UnigramCounts unigrams = new UnigramCounts();
    try (ParquetContexts words = contexts(1)) {
      words.next();
      for (int i = 0; i < words.size(); i++) {
        if (words.words()[i] != passages.passageStart() && words.counts()[i] > 0) {
          unigrams.add(words.words()[i] + 1, words.counts()[i], 0);
        }
      }
    }
    CountTrie.Builder builder =
        new CountTrie.Builder(details.storedOrder(), details.vocabularySize(), unigrams);
    List<ParquetContexts> levels = new ArrayList<>();
    try {
      for (int n = 2; n <= details.order(); n++) {
        levels.add(contexts(n));
      }
      longer(builder, levels, 1, new int[1]);
      if (levels.stream().anyMatch(ParquetContexts::hasNext)) {
        throw UserException.data(
            reader.name() + " is damaged: some n-grams are not in order; make it again");
      }
    } finally {
      for (ParquetContexts level : levels) {
        level.close();
      }
    }
    return builder.build();
  }

  /** Adds the contexts of {@code length} tokens that begin with the others, and all below them. */
  private static void longer(
      CountTrie.Builder builder, List<ParquetContexts> levels, int length, int[] shorter)
      throws IOException {
    if (length > levels.size()) {
      return;
    }
    ParquetContexts level = levels.get(length - 1);
    while (level.hasNext() && level.nextBeginsWith(shorter, length - 1)) {
      level.next();
      builder.context(level.reversed(), length, level.size(), level.words(), level.counts());
      longer(builder, levels, length + 1, level.reversed());
    }
  }

  /**
   * Reads one order after the other. The weight of a context stands beside the same words as an
   * n-gram of the order below, and these stand in another order: by their last token they are put
   * into that of the contexts. Words that pruning left out are not in the model's vocabulary.
   */
  private BackoffModel backoff(ModelSelector choice) throws IOException {
    BackoffModel.Builder[] builder = new BackoffModel.Builder[1];
    writeModel(
        words -> {
          builder[0] =
              new BackoffModel.Builder(
                  details.order(), words, Passages.of(details.boundary(), words), choice.title());
          return builder[0];
        });
    return builder[0].build();
  }

  @Override
  public void writeModel(ModelTarget target) throws IOException {
    Passages passages = Passages.of(details.boundary(), vocabulary());
    KeptWords kept = kept(passages);
    ModelSink sink = target.begin(kept.vocabulary());
    Contexts contexts = new Contexts(0);
    contexts.add(new int[1], 0);
    for (int n = 1; n <= details.order(); n++) {
      Contexts next = new Contexts(n);
      try (ParquetContexts rows = contexts(n)) {
        backoff(sink, passages, rows, n, kept.ids(), contexts, next);
      }
      next.sort(details.vocabularySize());
      contexts = next;
    }
  }

  private KeptWords kept(Passages passages) throws IOException {
    BitSet lacking = new BitSet();
    lacking.set(0, details.vocabularySize());
    try (ParquetContexts unigrams = contexts(1)) {
      unigrams.next();
      for (int i = 0; i < unigrams.size(); i++) {
        lacking.set(unigrams.words()[i], Float.isNaN(unigrams.logProbabilities()[i]));
      }
    }
    return KeptWords.of(vocabulary(), passages, lacking::get);
  }

  private void backoff(
      ModelSink sink,
      Passages passages,
      ParquetContexts rows,
      int n,
      int[] ids,
      Contexts contexts,
      Contexts next)
      throws IOException {
    boolean highest = n == details.order();
    int[] words = new int[16];
    float[] probabilities = new float[16];
    int[] context = new int[n - 1];
    int[] key = new int[n + 1];
    boolean more = advance(rows);
    for (int i = 0; i < contexts.size(); i++) {
      contexts.get(i, context);
      // What pruning left out has no context here.
      while (more && compare(rows.reversed(), context) < 0) {
        more = advance(rows);
      }
      int size = 0;
      if (more && compare(rows.reversed(), context) == 0) {
        if (words.length < rows.size()) {
          words = new int[rows.size() * 2];
          probabilities = new float[rows.size() * 2];
        }
        System.arraycopy(context, 0, key, 2, n - 1);
        for (int k = 0; k < rows.size(); k++) {
          int word = rows.words()[k];
          if (!Float.isNaN(rows.logProbabilities()[k])) {
            words[size] = ids[word];
            probabilities[size++] = rows.logProbabilities()[k];
          }
          if (!highest && !Float.isNaN(rows.logBackoffs()[k]) && !passages.endsPassage(word)) {
            key[1] = word;
            next.add(key, rows.logBackoffs()[k]);
          }
        }
        more = advance(rows);
      }
      for (int k = 0; k < context.length; k++) {
        context[k] = ids[context[k]];
      }
      sink.context(n, context, size, words, probabilities, contexts.weight(i));
    }
  }

  private static boolean advance(ParquetContexts rows) throws IOException {
    boolean more = rows.hasNext();
    if (more) {
      rows.next();
    }
    return more;
  }

  /** Compares ids from place 1 on with ids from place 0 on. */
  private static int compare(int[] reversed, int[] context) {
    return Arrays.compare(reversed, 1, context.length + 1, context, 0, context.length);
  }

  /** Contexts of one length with their weights. */
  private static final class Contexts {
    private final int[][] ids; // the nearest first // (length, size)
    private float[] weights = new float[16]; // decimal logarithms // (size)
    private int[] places; // in the order of the ids // (size)
    private int size;

    Contexts(int length) {
      ids = new int[length][16];
    }

    /** Adds a context whose ids stand from place 1 on. */
    void add(int[] reversed, float weight) {
      if (size == weights.length) {
        int capacity = (int) Math.min(Integer.MAX_VALUE - 15, size * 3L / 2 + 16);
        if (capacity == size) {
          throw UserException.data("a model in memory holds at most " + size + " contexts");
        }
        weights = Arrays.copyOf(weights, capacity);
        for (int k = 0; k < ids.length; k++) {
          ids[k] = Arrays.copyOf(ids[k], capacity);
        }
      }
      for (int k = 0; k < ids.length; k++) {
        ids[k][size] = reversed[k + 1];
      }
      weights[size++] = weight;
    }

    /** Sorts by the nearest id; among equals they stand in order already. */
    void sort(int vocabularySize) {
      places = new int[size];
      int[] starts = new int[vocabularySize + 1];
      for (int i = 0; i < size; i++) {
        starts[ids[0][i] + 1]++;
      }
      for (int id = 0; id < vocabularySize; id++) {
        starts[id + 1] += starts[id];
      }
      for (int i = 0; i < size; i++) {
        places[starts[ids[0][i]]++] = i;
      }
    }

    int size() {
      return size;
    }

    void get(int i, int[] context) {
      for (int k = 0; k < ids.length; k++) {
        context[k] = ids[k][places[i]];
      }
    }

    float weight(int i) {
      return weights[places == null ? i : places[i]];
    }
  }
}
