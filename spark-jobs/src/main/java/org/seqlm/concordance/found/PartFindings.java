package org.seqlm.concordance.found;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.concordance.Index;
import org.seqlm.concordance.Query;
import org.seqlm.concordance.Search;

/**
 * What a query finds in one file of an index. A task sends it to the driver, as arrays: it is
 * bounded by what is asked for, not by the text.
 */
public final class PartFindings implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Documents and files with most, which are told. */
  public static final int MOST_GROUPS = 20;

  /** Different words that a query of single words may stand for before they are not told. */
  public static final int MOST_FORMS = 10_000;

  int part;
  long total;
  long documents;

  /** Chosen places: first words and lengths. */
  long[] words;

  int[] lengths;

  /** Documents with most, and the first and last: number, first place, count // (n, 3) */
  long[][] documentGroups;

  /** Files likewise: path, and place of the first and count // (n, 2) */
  String[] paths;

  long[][] pathGroups;
  long files;

  /** Words that stood for the query; null where there were more than are told. */
  String[] forms;

  long[] formCounts;

  /** For Kryo. */
  PartFindings() {}

  /** Asks a file. */
  public static PartFindings of(
      Index index, int part, Query query, int most, PlaceSample.Pick pick, long seed)
      throws IOException {
    PartFindings found = new PartFindings();
    found.part = part;
    PlaceSample sample = new PlaceSample(most, pick, seed);
    GroupCounts documents = new GroupCounts(MOST_GROUPS);
    GroupCounts files = new GroupCounts(MOST_GROUPS);
    Map<String, Long> forms = new TreeMap<>();
    Search.run(
        index,
        part,
        query,
        (term, count) -> {
          if (forms.size() <= MOST_FORMS) {
            forms.merge(new String(term, StandardCharsets.UTF_8), count, Long::sum);
          }
        },
        (word, length, document) -> {
          found.total++;
          sample.add(word, length);
          documents.add(document, word);
          files.add(index.fileOf(part, word), word);
        });
    found.take(sample.places());
    found.documents = documents.groups();
    found.documentGroups =
        documents.finish().stream()
            .map(group -> new long[] {group.key(), group.word(), group.count()})
            .toArray(long[][]::new);
    found.files = files.groups();
    List<GroupCounts.Group> kept = files.finish();
    found.paths = new String[kept.size()];
    for (int i = 0; i < found.paths.length; i++) {
      found.paths[i] = index.path(part, (int) kept.get(i).key());
    }
    found.pathGroups =
        kept.stream().map(group -> new long[] {group.word(), group.count()}).toArray(long[][]::new);
    if (forms.size() <= MOST_FORMS) {
      found.forms = forms.keySet().toArray(String[]::new);
      found.formCounts = forms.values().stream().mapToLong(Long::longValue).toArray();
    }
    return found;
  }

  private void take(List<PlaceSample.Place> places) {
    words = places.stream().mapToLong(PlaceSample.Place::word).toArray();
    lengths = places.stream().mapToInt(PlaceSample.Place::length).toArray();
  }
}
