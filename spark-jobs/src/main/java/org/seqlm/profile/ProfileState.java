package org.seqlm.profile;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.seqlm.Problems;
import org.seqlm.profile.text.ReadingUnits.Spelling;
import org.seqlm.profile.text.Tallies;
import org.seqlm.text.TextRules;

/**
 * What a profile keeps beside its {@link CountedWord}s, so that more text can be added to it.
 *
 * @param format of this file and of the words' files
 * @param fingerprints of the texts that were added, in their order
 * @param tokenizer what its words are
 * @param language what syllables are counted by
 * @param by what groups have in common; null for none
 * @param records read
 * @param bad records that were left out, by kind
 * @param documents of it
 * @param tokens of it
 * @param types different ones
 * @param counts of the tallies
 * @param histograms of the tallies: times by value
 * @param groups by their codes
 * @param parts files of words
 */
public record ProfileState(
    int format,
    List<String> fingerprints,
    TextRules tokenizer,
    Spelling language,
    String by,
    long records,
    Map<String, Long> bad,
    long documents,
    long tokens,
    long types,
    SortedMap<String, Long> counts,
    SortedMap<String, SortedMap<Long, Long>> histograms,
    List<CorpusProfile.Group> groups,
    List<String> parts) {
  /** The format that is written, and read. */
  public static final int FORMAT = 1;

  public ProfileState {
    new Problems()
        .require(format == FORMAT, "format is " + format + ", but " + FORMAT + " is read")
        .present("fingerprints", fingerprints, "of the texts")
        .present("tokenizer", tokenizer, "what words are")
        .present("language", language, "english or other")
        .present("bad", bad, "by kind")
        .present("counts", counts, "of the tallies")
        .present("histograms", histograms, "of the tallies")
        .present("groups", groups, "by their codes")
        .present("parts", parts, "files of words")
        .atLeast("records", records, 0)
        .atLeast("documents", documents, 0)
        .atLeast("tokens", tokens, 0)
        .atLeast("types", types, 0)
        .throwIfAny();
    fingerprints = List.copyOf(fingerprints);
    groups = List.copyOf(groups);
    parts = List.copyOf(parts);
  }

  /** The tallies, to be added to. */
  public Tallies tallies() {
    return Tallies.of(counts, histograms);
  }
}
