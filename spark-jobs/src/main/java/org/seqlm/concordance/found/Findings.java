package org.seqlm.concordance.found;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
 */
public record Findings(
    long total,
    long documents,
    long files,
    List<PlaceSample.Place> places,
    List<OfDocument> byDocument,
    List<OfFile> byFile,
    List<Form> forms) {
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

  /** Adds up what the files of an index have, in their order. */
  public static Findings of(List<PartFindings> parts, int most, PlaceSample.Pick pick, long seed) {
    List<PartFindings> ordered = new ArrayList<>(parts);
    ordered.sort(Comparator.comparingInt(part -> part.part));
    PlaceSample sample = new PlaceSample(most, pick, seed);
    long total = 0;
    long documents = 0;
    long files = 0;
    long lastDocument = -1;
    String lastPath = null;
    Map<Long, OfDocument> byDocument = new HashMap<>();
    Map<String, long[]> byFile = new LinkedHashMap<>(); // count, first word
    Map<String, Long> forms = new TreeMap<>(LineOrder::compareCodePoints);
    boolean tooMany = false;
    for (PartFindings part : ordered) {
      total += part.total;
      for (int i = 0; i < part.words.length; i++) {
        sample.add(part.words[i], part.lengths[i]);
      }
      long[][] groups = part.documentGroups;
      documents += part.documents - (groups.length > 0 && groups[0][0] == lastDocument ? 1 : 0);
      for (long[] group : groups) {
        byDocument.merge(
            group[0],
            new OfDocument(group[0], group[1], group[2]),
            (a, b) -> new OfDocument(a.document, a.word, a.count + b.count));
        lastDocument = group[0];
      }
      files += part.files - (part.paths.length > 0 && part.paths[0].equals(lastPath) ? 1 : 0);
      for (int i = 0; i < part.paths.length; i++) {
        long[] group = part.pathGroups[i];
        byFile.computeIfAbsent(part.paths[i], path -> new long[] {0, group[0]})[0] += group[1];
        lastPath = part.paths[i];
      }
      tooMany |= part.forms == null;
      for (int i = 0; !tooMany && i < part.forms.length; i++) {
        forms.merge(part.forms[i], part.formCounts[i], Long::sum);
        tooMany = forms.size() > PartFindings.MOST_FORMS;
      }
    }
    return new Findings(
        total,
        documents,
        files,
        sample.places(),
        byDocument.values().stream()
            .sorted(
                Comparator.comparingLong(OfDocument::count)
                    .reversed()
                    .thenComparingLong(OfDocument::word))
            .limit(PartFindings.MOST_GROUPS)
            .toList(),
        byFile.entrySet().stream()
            .sorted(
                Comparator.<Map.Entry<String, long[]>>comparingLong(file -> file.getValue()[0])
                    .reversed()
                    .thenComparingLong(file -> file.getValue()[1]))
            .limit(PartFindings.MOST_GROUPS)
            .map(file -> new OfFile(file.getKey(), file.getValue()[0]))
            .toList(),
        tooMany
            ? null
            : forms.entrySet().stream()
                .map(form -> new Form(form.getKey(), form.getValue()))
                .sorted(Comparator.comparingLong(Form::count).reversed())
                .toList());
  }
}
