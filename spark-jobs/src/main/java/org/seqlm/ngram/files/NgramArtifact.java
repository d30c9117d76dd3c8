package org.seqlm.ngram.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SharedContexts;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.ngram.model.CountTrie;
import org.seqlm.ngram.model.MarkovModel;
import org.seqlm.ngram.model.ModelSelector;
import org.seqlm.ngram.model.ModelSink;
import org.seqlm.ngram.model.ModelSlice;
import org.seqlm.ngram.smooth.Unigrams;
import org.seqlm.store.HashedFile;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/**
 * Counted n-grams, their statistics, the Markov models over them and the back-off model that was
 * estimated from them. {@link NgramFiles} says what the files hold.
 */
public final class NgramArtifact implements NgramModels {
  private final ArtifactReader reader;
  private final NgramDetails details;
  private Vocabulary vocabulary;
  private CountTrie trie;
  private BackoffModel backoff;

  private NgramArtifact(ArtifactReader reader, NgramDetails details) {
    this.reader = reader;
    this.details = details;
  }

  /**
   * Opens an artifact; this reads its manifest only.
   *
   * @throws UserException with exit code 3 if there is none, or it is of another kind or version
   */
  public static NgramArtifact open(Configuration conf, String folder) throws IOException {
    ArtifactReader reader = ArtifactReader.open(conf, folder, ArtifactKind.NGRAMS);
    return new NgramArtifact(reader, reader.details(NgramDetails.class));
  }

  /**
   * Adds what is known only once all slices are written; the slices' files are added apart.
   *
   * @param vocabulary writes what {@link Vocabularies#write} does
   */
  public static void write(
      ArtifactWriter writer, HashedFile.Content vocabulary, Slices slices, NgramReport report)
      throws IOException {
    writer.write(NgramFiles.SLICES, Json.pretty(slices.bounds()));
    writer.write(Vocabularies.FILE_NAME, vocabulary);
    writer.write(NgramFiles.TOP, NgramFiles.top(report.statistics().orders()));
    writer.write(
        NgramFiles.COUNTS_OF_COUNTS, NgramFiles.countsOfCounts(report.statistics().orders()));
    writer.write(NgramFiles.ZIPF, NgramFiles.zipf(report.statistics().zipf()));
    writer.write(NgramFiles.STATISTICS, Json.pretty(report));
  }

  public ArtifactReader artifact() {
    return reader;
  }

  @Override
  public NgramDetails details() {
    return details;
  }

  /** Reads the vocabulary; kept after the first call. */
  public synchronized Vocabulary vocabulary() throws IOException {
    if (vocabulary == null) {
      byte[] bytes = reader.readVerified(Vocabularies.FILE_NAME);
      vocabulary =
          Vocabularies.read(
              details.rules().kind(),
              new ByteArrayInputStream(bytes),
              reader.shown(Vocabularies.FILE_NAME));
      if (!vocabulary.fingerprint().equals(details.vocabularyFingerprint())) {
        throw UserException.data(
            reader.name() + " is damaged: its vocabulary is not the manifest's; make it again");
      }
    }
    return vocabulary;
  }

  /**
   * The vocabulary with how often each word stands in the text that was counted; a dataset's own
   * may be of more. Reserved tokens that are no part of any n-gram keep their counts.
   */
  public Vocabulary countedVocabulary() throws IOException {
    Vocabulary words = vocabulary();
    long[] counts = unigramCounts().byId(details.vocabularySize());
    for (int id = 0; id < words.reserved(); id++) {
      boolean counted = id == words.sentenceEnd() && details.boundary() == Boundary.LINE;
      counts[id] = counted ? counts[id] : words.count(id);
    }
    PackedTokens tokens = Vocabularies.pack(words);
    return Vocabularies.unpack(
        words.reserved(), new PackedTokens(tokens.arena(), tokens.ends(), counts));
  }

  /**
   * What was counted of words, reserved ones apart.
   *
   * @param types different words
   * @param tokens appearances of all of them
   */
  public record WordTotals(int types, long tokens) {}

  /** How many words stand in the text that was counted; reads their counts, and holds none. */
  public WordTotals countedWords() throws IOException {
    int reserved = Vocabulary.reservedTokens(details.rules().kind()).size();
    int types = 0;
    long tokens = 0;
    try (InputStream in = reader.openVerified(NgramFiles.UNIGRAM_COUNTS)) {
      UnigramCounts.Cursor counts = UnigramCounts.cursor(in, details.vocabularySize());
      while (counts.next()) {
        if (counts.id() >= reserved && counts.raw() > 0) {
          types++;
          tokens += counts.raw();
        }
      }
    } catch (IOException | RuntimeException e) {
      VerifiedStream.throwIfDamaged(e);
      throw e;
    }
    return new WordTotals(types, tokens);
  }

  /**
   * The texts that were counted. Of counts of an earlier release that were added up it is known
   * only how many tokens there are.
   */
  public CountedTexts texts() {
    if (details.texts() != null) {
      return CountedTexts.of(details.texts());
    }
    Map<String, String> inputs = reader.manifest().inputs();
    boolean alone = inputs.size() == 1 && inputs.containsKey("corpus");
    List<String> paths = new ArrayList<>();
    reader.manifest().config().path("input").path("paths").forEach(one -> paths.add(one.asText()));
    return CountedTexts.of(
        List.of(
            CountedText.once(
                alone && !paths.isEmpty()
                    ? String.join(", ", paths)
                    : "what an earlier release counted in " + reader.name(),
                alone ? inputs.get("corpus") : null,
                null,
                details.tokens())));
  }

  private UnigramCounts unigramCounts() throws IOException {
    return UnigramCounts.read(
        new ByteArrayInputStream(reader.readVerified(NgramFiles.UNIGRAM_COUNTS)),
        details.vocabularySize());
  }

  /** Where the passages of a text begin and end for these counts. */
  public Passages passages() throws IOException {
    return Passages.of(details.boundary(), vocabulary());
  }

  /** Reads the counts; kept after the first call. */
  private synchronized CountTrie trie() throws IOException {
    if (trie == null) {
      CountTrie.Builder builder =
          new CountTrie.Builder(details.storedOrder(), details.vocabularySize(), unigramCounts());
      Slices slices = slices();
      for (int slice = 0; slice < details.slices(); slice++) {
        byte[] file = reader.readVerified(NgramFiles.countSlice(slice));
        SharedContexts shared =
            slices == null
                ? SharedContexts.NONE
                : SharedContexts.of(this::shared, slices, slice, details.storedOrder(), null);
        builder.add(
            new CountSlice(new ByteArrayInputStream(file), details.storedOrder(), shared, null));
      }
      trie = builder.build();
    }
    return trie;
  }

  private InputStream shared(int tree) throws IOException {
    return new ByteArrayInputStream(reader.readVerified(NgramFiles.sharedCounts(tree)));
  }

  /** Whether the windows that were counted can be had back from the counts. */
  public boolean keepsWindows() {
    return reader.manifest().files().stream()
        .anyMatch(file -> file.path().equals(NgramFiles.SLICES));
  }

  /** How the counts are cut; null where an earlier release cut them otherwise, and into several. */
  public Slices slices() throws IOException {
    if (!keepsWindows()) {
      return details.slices() == 1 ? Slices.whole() : null;
    }
    int[][] bounds = reader.readJson(NgramFiles.SLICES, int[][].class);
    return Slices.at(List.of(bounds));
  }

  /** The statistics that were written with the counts. */
  public NgramReport report() throws IOException {
    return reader.readJson(NgramFiles.STATISTICS, NgramReport.class);
  }

  /**
   * A model over the counts, or the back-off model.
   *
   * @param selector for instance {@code estimator=mle,order=2}; what it leaves out, or all of it if
   *     null or blank, is as the count's configuration said, at the highest order
   * @throws UserException with exit code 2 if it selects no model
   */
  @Override
  public LanguageModel model(String selector) throws IOException {
    ModelSelector choice = details.model().parse(selector, details.order());
    return choice.estimator().backsOff()
        ? backoff(choice)
        : new MarkovModel(trie(), vocabulary(), passages(), choice);
  }

  /**
   * What a back-off model knows without its contexts.
   *
   * @param vocabulary of the model: words that pruning left out are not in it
   * @param passages of a text over it
   * @param ids of the counts, by the model's; null where they are the same
   * @param unigrams decimal logarithms of the probabilities by the model's ids; NaN where there is
   *     none
   */
  public record BackoffWords(
      Vocabulary vocabulary, Passages passages, int[] ids, float[] unigrams) {}

  /** Reads the words of the back-off model, without its contexts. */
  public BackoffWords backoffWords() throws IOException {
    Unigrams unigrams =
        Unigrams.read(new ByteArrayInputStream(reader.readVerified(NgramFiles.UNIGRAMS)));
    KeptWords kept =
        KeptWords.of(vocabulary(), passages(), id -> Double.isNaN(unigrams.probability(id)));
    Vocabulary words = kept.vocabulary();
    float[] logs = unigrams.logProbabilities();
    int[] ids = words.size() == logs.length ? null : new int[words.size()];
    float[] known = new float[words.size()];
    for (int id = 0; id < logs.length; id++) {
      int here = kept.ids()[id];
      if (here >= 0) {
        known[here] = logs[id];
        if (ids != null) {
          ids[here] = id;
        }
      }
    }
    if (Float.isNaN(known[Vocabulary.UNKNOWN])) {
      known[Vocabulary.UNKNOWN] = BackoffModel.UNKNOWN_MISSING;
    }
    return new BackoffWords(words, Passages.of(details.boundary(), words), ids, known);
  }

  /**
   * Reads the back-off model; kept after the first call. Words that pruning left out are not in its
   * vocabulary.
   */
  private synchronized BackoffModel backoff(ModelSelector choice) throws IOException {
    if (backoff == null) {
      BackoffModel.Builder[] builder = new BackoffModel.Builder[1];
      writeModel(
          words -> {
            builder[0] =
                new BackoffModel.Builder(
                    choice.order(), words, Passages.of(details.boundary(), words), choice.title());
            return builder[0];
          });
      backoff = builder[0].build();
    }
    return backoff;
  }

  @Override
  public void writeModel(ModelTarget target) throws IOException {
    Unigrams unigrams =
        Unigrams.read(new ByteArrayInputStream(reader.readVerified(NgramFiles.UNIGRAMS)));
    KeptWords kept =
        KeptWords.of(vocabulary(), passages(), id -> Double.isNaN(unigrams.probability(id)));
    ModelSink sink = target.begin(kept.vocabulary());
    writeUnigrams(sink, unigrams, kept.ids());
    int last = -1; // the last context of one word, by the counts' ids
    for (int slice = 0; slice < details.slices() && details.order() > 1; slice++) {
      byte[] file = reader.readVerified(NgramFiles.modelSlice(slice));
      last =
          writeSlice(
              sink,
              new ModelSlice(new ByteArrayInputStream(file), details.order(), null),
              kept.ids(),
              last);
    }
  }

  private static void writeUnigrams(ModelSink sink, Unigrams unigrams, int[] ids)
      throws IOException {
    float[] logs = unigrams.logProbabilities();
    int[] words = new int[logs.length];
    float[] values = new float[logs.length];
    int size = 0;
    for (int id = 0; id < logs.length; id++) {
      if (!Float.isNaN(logs[id])) {
        words[size] = ids[id];
        values[size++] = logs[id];
      }
    }
    sink.context(1, new int[0], size, words, values, 0);
  }

  /**
   * Passes a slice's contexts on under the model's ids, which rise as those of the counts do.
   *
   * @param before the last context of one word in the slices before
   * @return the last in this one
   */
  private static int writeSlice(ModelSink sink, ModelSlice slice, int[] ids, int before)
      throws IOException {
    int last = before;
    while (slice.next()) {
      if (slice.goesOn()) {
        continue;
      }
      int[] reversed = slice.reversed();
      int[] context = new int[slice.length()];
      Arrays.setAll(context, i -> ids[reversed[i + 1]]);
      int[] words = slice.words();
      for (int i = 0; i < slice.size(); i++) {
        words[i] = ids[words[i]];
      }
      if (context.length > 1 || context[0] != last) {
        sink.context(
            context.length + 1,
            context,
            slice.size(),
            words,
            slice.logProbabilities(),
            slice.logBackoff());
      } // else of an earlier release: a context that several slices name, with its followers in one
      last = context.length == 1 ? context[0] : last;
    }
    return last;
  }
}
