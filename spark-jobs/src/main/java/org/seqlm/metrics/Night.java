package org.seqlm.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * A night of retraining, as its report and programs read it.
 *
 * @param night its date
 * @param decision {@code promoted} or {@code kept}
 * @param reasons a sentence each, what decided first
 * @param champion the version that was the champion before; 0 for none
 * @param challenger the version that the night made; 0 while it has none
 * @param began true where the registry begins with it; else null
 * @param taken the partitions that came in
 * @param findings what is to be told of them, a sentence each
 * @param text what was read of them
 * @param contest champion against challenger; null where there was no champion
 * @param drift how far the text is from the champion's; null where it was not looked at
 * @param ngrams what was counted, and how its model stands beside the others; null where nothing
 *     was
 * @param samples what both models write; null where they were not asked
 * @param past the nights before that had a contest, the oldest first, then this one
 * @param seconds by phase
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Night(
    String night,
    String decision,
    List<String> reasons,
    int champion,
    int challenger,
    Boolean began,
    List<Taken> taken,
    List<String> findings,
    Text text,
    Contest contest,
    Drift drift,
    Ngrams ngrams,
    Samples samples,
    List<Past> past,
    Map<String, Double> seconds) {

  public Night {
    reasons = List.copyOf(reasons);
    taken = List.copyOf(taken);
    findings = List.copyOf(findings);
    past = List.copyOf(past);
  }

  /**
   * A partition.
   *
   * @param bytes as they are stored
   */
  public record Taken(String name, long files, long bytes) {}

  /**
   * What was read.
   *
   * @param documents of all splits
   * @param tokens of all splits
   * @param vocabulary ids, reserved ones included
   * @param appended of them that the champion does not know; 0 without a champion
   * @param unknownRate share of the held-out tokens that the champion does not know; null without
   *     one
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Text(
      long documents, long tokens, int vocabulary, int appended, Double unknownRate) {}

  /**
   * What decided; gains are bits a character that the challenger saves.
   *
   * @param documents that no model was trained on
   * @param estimand what the gain is a mean of, for instance {@code document}; null where an
   *     earlier release did not say
   * @param gain mean over them
   * @param lower end of its interval, or null
   * @param upper likewise
   * @param level of the interval
   * @param margin that the gain was to exceed
   * @param evidence natural logarithm of what the test's capital grew to; null where nothing was
   *     tested
   * @param needed natural logarithm of what it was to reach
   * @param frozenDocuments of the frozen set
   * @param frozenGain on them, or null
   * @param slices of the documents
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Contest(
      int documents,
      String estimand,
      Double gain,
      Double lower,
      Double upper,
      double level,
      double margin,
      Double evidence,
      Double needed,
      int frozenDocuments,
      Double frozenGain,
      List<Slice> slices) {}

  /**
   * Some of the documents.
   *
   * @param name what they have in common, for instance {@code length}
   * @param value of it
   * @param gain mean
   * @param lower end of its interval, or null
   * @param upper likewise
   * @param p of the test, with Holm's correction where harm has to be shown; null where there was
   *     none, or an earlier release did not say
   * @param finding what follows, in words
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Slice(
      String name,
      String value,
      int documents,
      double gain,
      Double lower,
      Double upper,
      Double p,
      String finding) {}

  /**
   * How far the night's text is from the newest text that the champion was trained on; rates are
   * shares of tokens, {@code old…} those of that text's held-out split.
   *
   * @param from the old text's dataset
   * @param unknownRate that the old text's vocabulary does not know
   * @param divergence Jensen–Shannon, of the words of sampled documents, bits; null if a side has
   *     none
   * @param chance what the same documents dealt out at random give in the mean; null if not known
   * @param p probability of at least this divergence by chance; null likewise
   * @param ngrams that the champion's counts do not have, by order
   * @param bits of the champion, a character; null if it excludes a token
   * @param words that make most of the divergence
   * @param newWords that the old text's vocabulary does not know, in most documents first
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Drift(
      String from,
      double unknownRate,
      double oldUnknownRate,
      Double divergence,
      Double chance,
      Double p,
      List<NewNgrams> ngrams,
      Double bits,
      Double oldBits,
      List<String> words,
      List<String> newWords) {
    public Drift {
      ngrams = List.copyOf(ngrams);
      words = List.copyOf(words);
      newWords = List.copyOf(newWords);
    }
  }

  /**
   * Share of the tokens that end an n-gram which was never counted.
   *
   * @param oldShare the same of the old text's held-out split, or null
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record NewNgrams(int order, double share, Double oldShare) {}

  /**
   * The counts of the champion's line and this night, and the models side by side.
   *
   * @param tokens counted, in all
   * @param before of them by the champion's counts
   * @param words that appear among them
   * @param types different n-grams of the model, by order from 1
   * @param models bits a character on the night's fresh documents
   */
  public record Ngrams(long tokens, long before, int words, List<Long> types, List<Bits> models) {
    public Ngrams {
      types = List.copyOf(types);
      models = List.copyOf(models);
    }
  }

  /**
   * A model on the night's fresh documents.
   *
   * @param bits a character; words that no model can know left out. Null if it excludes a token
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Bits(String model, Double bits) {}

  /**
   * Texts that both models drew, checked against what they were trained on.
   *
   * @param drawn texts
   * @param withheld of them, as a span of theirs is rare in the training text
   * @param datasets that they were held against
   * @param missing datasets of the line that are not there any more
   * @param pairs what may be shown; empty where nothing may
   */
  public record Samples(int drawn, int withheld, int datasets, int missing, List<Pair> pairs) {
    public Samples {
      pairs = List.copyOf(pairs);
    }
  }

  /**
   * What two models make of one prompt, or why it is withheld.
   *
   * @param champion its text; null without one
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Pair(String prompt, String champion, String challenger) {}

  /**
   * A night with a contest.
   *
   * @param gain of its challenger
   * @param promoted whether it became the champion
   */
  public record Past(String night, double gain, boolean promoted) {}
}
