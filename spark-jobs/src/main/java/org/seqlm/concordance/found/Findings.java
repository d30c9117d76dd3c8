package org.seqlm.concordance.found;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a query finds in all of an index.
 *
 * @param total places
 * @param documents that have one
 * @param files that have one
 * @param places that were chosen, in the order of the text
 * @param byDocument documents with most, those with as many in the order of the text
 * @param byFile files with most, likewise
 * @param forms words that stood for a query of single words, the most frequent first, then by their
 *     code points; null where there are more than {@link PartFindings#MOST_FORMS}, empty for
 *     phrases
 * @param leftOut words that a star, or one of several, would have stood for, and that are too rare
 */
public record Findings(
    long total,
    long documents,
    long files,
    List<PlaceSample.Place> places,
    List<OfDocument> byDocument,
    List<OfFile> byFile,
    List<Form> forms,
    long leftOut) {
  /**
   * A document.
   *
   * @param document its number
   * @param word the first place in it
   * @param count of places
   */
  public record OfDocument(long document, long word, long count) {}

  /** A file and its count of places. */
  public record OfFile(String path, long count) {}

  /** A word and how often it stands in the text. */
  public record Form(String word, long count) {}

  /**
   * Of what all files of an index have together.
   *
   * @param leftOut words that did not count
   */
  public static Findings of(PartFindings all, long leftOut) {
    List<PlaceSample.Place> places = new ArrayList<>();
    for (int i = 0; i < all.words.length; i++) {
      places.add(new PlaceSample.Place(0, all.words[i], all.lengths[i]));
    }
    List<Form> forms = all.forms == null ? null : new ArrayList<>();
    for (int i = 0; forms != null && i < all.forms.length; i++) {
      forms.add(new Form(all.forms[i], all.formCounts[i]));
    }
    if (forms != null) {
      forms.sort(
          Comparator.comparingLong(Form::count)
              .reversed()
              .thenComparing(Form::word, LineOrder::compareCodePoints));
    }
    return new Findings(
        all.total,
        all.documents.groups(),
        all.files.groups(),
        places,
        all.documents.most().stream()
            .map(kept -> new OfDocument(Long.parseLong(kept.key()), kept.word(), kept.count()))
            .toList(),
        all.files.most().stream().map(kept -> new OfFile(kept.key(), kept.count())).toList(),
        forms,
        leftOut);
  }
}
