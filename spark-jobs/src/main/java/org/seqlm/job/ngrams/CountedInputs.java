package org.seqlm.job.ngrams;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.ConfigText;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.VocabularyLimits;

/** Opens counts, and refuses before any work what cannot be added to or taken from one another. */
public final class CountedInputs {
  private CountedInputs() {}

  /** Counts that something is made of. */
  public static NgramArtifact one(Configuration conf, String folder) throws IOException {
    NgramArtifact counts = NgramArtifact.open(conf, folder);
    if (!counts.keepsWindows()) {
      throw UserException.data(
          folder
              + " was written by a release that kept less of what it counted: run seqlm ngrams once"
              + " more");
    }
    counts.artifact().check("counts/");
    return counts;
  }

  /**
   * Counts that a text is to be added to.
   *
   * @param rules of the text
   * @throws UserException with exit code 2 if they are of another order, 3 if the text is to be
   *     counted in another way than they were otherwise
   */
  static NgramArtifact before(Configuration conf, NgramsConfig config, TextRules rules)
      throws IOException {
    NgramArtifact counts = one(conf, config.add());
    NgramDetails details = counts.details();
    if (details.order() != config.order()) {
      throw UserException.configuration(
          "--add "
              + config.add()
              + " has n-grams of order "
              + details.order()
              + ", but --order is "
              + config.order()
              + ": give --order "
              + details.order()
              + (details.order() > config.order()
                  ? ", or cut those with seqlm counts restrict --order " + config.order()
                  : ", or count that text again with --order " + config.order()));
    }
    checkWhole(config.add(), details);
    String differs = difference(details, config.order(), config.boundary(), rules);
    if (differs != null) {
      throw UserException.data(
          config.add()
              + " was counted with "
              + differs
              + " as the text that is added is to be: count both in the same way");
    }
    return counts;
  }

  /** Counts that are to be added up, or taken from the first. */
  public static List<NgramArtifact> open(Configuration conf, List<String> folders)
      throws IOException {
    List<NgramArtifact> all = new ArrayList<>();
    for (String folder : folders) {
      NgramArtifact counts = one(conf, folder);
      checkWhole(folder, counts.details());
      if (!all.isEmpty()) {
        checkAlike(folders.get(0), all.get(0).details(), folder, counts.details());
      }
      all.add(counts);
    }
    return all;
  }

  /** Whether counts have every word, and end with their text. */
  private static void checkWhole(String folder, NgramDetails details) {
    if (details.boundary() == Boundary.STREAM) {
      throw UserException.data(
          folder
              + " was counted with boundary stream, whose n-grams would go on into the next text:"
              + " count it with --boundary document or line");
    }
    if (details.unknown() > 0 && !VocabularyLimits.NONE.equals(details.limits())) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "%s has %,d unknown tokens, whose words are not known any more, but counts that are"
                  + " added up keep every word: count it without vocabulary.max-size and"
                  + " vocabulary.min-count, and cut the result with seqlm counts restrict",
              folder,
              details.unknown()));
    }
  }

  private static void checkAlike(
      String first, NgramDetails one, String folder, NgramDetails other) {
    String differs = difference(other, one.order(), one.boundary(), one.rules());
    if (differs != null) {
      boolean byOrder = one.order() != other.order();
      throw UserException.data(
          folder
              + " was counted with "
              + differs
              + " as "
              + first
              + ": count it again with the same"
              + (byOrder
                  ? ", or cut "
                      + (one.order() > other.order() ? first : folder)
                      + " with seqlm counts restrict"
                  : ""));
    }
  }

  /** What counts differ in from what is wanted; null if in nothing. */
  private static String difference(
      NgramDetails counts, int order, Boundary boundary, TextRules rules) {
    if (counts.order() != order) {
      return "order " + counts.order() + ", not " + order;
    }
    if (counts.boundary() != boundary) {
      return "boundary " + Json.name(counts.boundary()) + ", not " + Json.name(boundary);
    }
    return counts.rules().equals(rules)
        ? null
        : "tokenizer "
            + ConfigText.shown(Json.tree(counts.rules()))
            + ", not "
            + ConfigText.shown(Json.tree(rules));
  }

  /** For people. */
  public static String describe(List<NgramArtifact> counts) {
    List<String> names = new ArrayList<>();
    for (NgramArtifact one : counts) {
      names.add(
          String.format(
              Locale.ROOT,
              "%s (order %d, %,d tokens, %,d words)",
              one.artifact().name(),
              one.details().order(),
              one.details().tokens(),
              one.details().vocabularySize()));
    }
    return String.join(", ", names);
  }
}
