package org.seqlm.spark.profile;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.profile.CorpusProfile;
import org.seqlm.profile.ProfileState;
import org.seqlm.profile.text.Histogram;
import org.seqlm.profile.text.Measures;
import org.seqlm.profile.text.Tallies;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.store.FileEntry;

/**
 * Profiles a corpus. A task holds the different words of its range, and leaves them on its
 * executor's disk until the driver knows where in the text each range lies; then they are shuffled
 * and folded. The driver gets sums, a few numbers a range, and the words and groups that are told
 * of.
 */
public final class CorpusProfiling {
  private CorpusProfiling() {}

  /**
   * A profile, and what is kept of it.
   *
   * @param profile of all text
   * @param files of words, if they are kept
   * @param state beside them; null where nothing is kept
   */
  public record Result(CorpusProfile profile, List<FileEntry> files, ProfileState state) {}

  /**
   * Reads a text once.
   *
   * @param tasks that fold words; 0 for as many as suit the cluster
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow
   */
  public static CorpusProfile of(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      ProfilingRules rules,
      int tasks,
      Progress progress) {
    return of(spark, listed, source, rules, null, null, null, tasks, progress).profile();
  }

  /**
   * Reads a text once, and adds it to what is known of the text before it.
   *
   * @param earlier profile of that text; null for none
   * @param heldOut text of which coverage is told; null for none
   * @param stored where the counts of all words are kept; null for nowhere
   * @param tasks that fold words, where they are not kept; 0 for as many as suit the cluster
   * @throws UserException with exit code 3 if more is bad than the limits allow, or the text has
   *     been added already, or the held-out text is this text or has no words
   */
  public static Result of(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      ProfilingRules rules,
      EarlierProfile earlier,
      HeldOut heldOut,
      StoredProfile stored,
      int tasks,
      Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    try (ReadRanges text = ReadRanges.of(spark, listed, source, rules, conf, "read", progress)) {
      if (earlier != null && earlier.state().fingerprints().contains(text.total().fingerprint())) {
        throw UserException.data(
            "the text "
                + String.join(" ", source.paths())
                + " is in the profile that it is added to already: give other --input");
      }
      Tallies tallies =
          Shuffles.inTree(text.heads().map(head -> head.tallies), new Tallies(), Tallies::add);
      addCutDocuments(text.ranges(), tallies.histogram(Measures.DOCUMENT_WORDS));
      WordFolding words = new WordFolding(spark, rules, text, tallies, earlier, stored, conf);
      if (heldOut == null) {
        return words.fold(null, tasks, progress);
      }
      try (ReadRanges other = read(spark, heldOut, rules, conf, text, earlier, progress)) {
        return words.fold(other, tasks, progress);
      }
    }
  }

  private static ReadRanges read(
      JavaSparkContext spark,
      HeldOut heldOut,
      ProfilingRules rules,
      Broadcast<SharedSettings> conf,
      ReadRanges text,
      EarlierProfile earlier,
      Progress progress) {
    ReadRanges other =
        ReadRanges.of(
            spark,
            heldOut.plan(),
            heldOut.source(),
            rules.withoutGroups(),
            conf,
            "read held-out text",
            progress);
    String print = other.total().fingerprint();
    boolean known =
        print.equals(text.total().fingerprint())
            || earlier != null && earlier.state().fingerprints().contains(print);
    if (known || other.tokens() == 0) {
      other.close();
      throw UserException.data(
          "the held-out text "
              + String.join(" ", heldOut.source().paths())
              + (known ? " is the profiled text itself" : " has no words")
              + ": give other --held-out");
    }
    return other;
  }

  /** The lengths of documents that ranges cut. */
  static void addCutDocuments(List<ProfiledRange> ranges, Histogram lengths) {
    long tokens = 0;
    boolean open = false;
    for (ProfiledRange range : ranges) {
      if (open) {
        tokens += range.headTokens;
        if (range.headEnds || !range.goesOn) {
          lengths.add(tokens);
          open = false;
        }
      }
      if (range.tailGoesOn) {
        tokens = range.tailTokens;
        open = true;
      }
    }
    if (open) {
      lengths.add(tokens);
    }
  }
}
