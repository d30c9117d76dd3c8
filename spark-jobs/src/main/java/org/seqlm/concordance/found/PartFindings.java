package org.seqlm.concordance.found;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.seqlm.concordance.Index;
import org.seqlm.concordance.Query;
import org.seqlm.concordance.Search;

/**
 * What a query finds in one file of an index, or in several that follow each other. As arrays, for
 * it is sent about; it is bounded by what is asked for, not by the text.
 */
public final class PartFindings implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Documents and files with most, which are told. */
  public static final int MOST_GROUPS = 20;

  /** Different words that a query of single words may stand for before they are not told. */
  public static final int MOST_FORMS = 10_000;

  long total;

  /** Chosen places: first words and lengths. */
  long[] words = {};

  int[] lengths = {};

  KeptGroups documents = new KeptGroups();
  KeptGroups files = new KeptGroups();

  /** Words that stood for the query; null where there were more than are told. */
  String[] forms = {};

  long[] formCounts = {};

  /** Of no file. */
  public PartFindings() {}

  /**
   * Which places are chosen.
   *
   * @param most at most
   * @param seed of a sample
   */
  public record Choice(int most, PlaceSample.Pick pick, long seed) implements Serializable {
    private static final long serialVersionUID = 1L;

    private PlaceSample none() {
      return new PlaceSample(most, pick, seed);
    }
  }

  /**
   * Asks a file.
   *
   * @param terms which words may stand for what means more than one
   */
  public static PartFindings of(
      Index index, int part, Query query, Predicate<byte[]> terms, Choice choice)
      throws IOException {
    PartFindings found = new PartFindings();
    PlaceSample sample = choice.none();
    GroupCounts documents = new GroupCounts(MOST_GROUPS);
    GroupCounts files = new GroupCounts(MOST_GROUPS);
    Map<String, Long> forms = new TreeMap<>();
    Search.run(
        index,
        part,
        query,
        terms,
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
    found.take(sample);
    List<KeptGroups.Kept> kept = new ArrayList<>();
    for (GroupCounts.Group group : documents.finish()) {
      kept.add(new KeptGroups.Kept(Long.toString(group.key()), group.word(), group.count()));
    }
    found.documents = new KeptGroups(documents.groups(), kept);
    kept = new ArrayList<>();
    for (GroupCounts.Group group : files.finish()) {
      String path = index.path(part, (int) group.key());
      kept.add(new KeptGroups.Kept(path, group.word(), group.count()));
    }
    found.files = new KeptGroups(files.groups(), kept);
    found.take(forms);
    return found;
  }

  /** With what is found in the files behind it, by the same choice. */
  public PartFindings plus(PartFindings later, Choice choice) {
    PartFindings sum = new PartFindings();
    sum.total = total + later.total;
    PlaceSample sample = choice.none();
    addTo(sample);
    later.addTo(sample);
    sum.take(sample);
    sum.documents = documents.plus(later.documents);
    sum.files = files.plus(later.files);
    if (forms == null || later.forms == null) {
      sum.forms = null;
      sum.formCounts = null;
    } else {
      Map<String, Long> all = new TreeMap<>();
      addTo(all);
      later.addTo(all);
      sum.take(all);
    }
    return sum;
  }

  private void take(PlaceSample sample) {
    List<PlaceSample.Place> places = sample.places();
    words = places.stream().mapToLong(PlaceSample.Place::word).toArray();
    lengths = places.stream().mapToInt(PlaceSample.Place::length).toArray();
  }

  private void take(Map<String, Long> all) {
    boolean told = all.size() <= MOST_FORMS;
    forms = told ? all.keySet().toArray(String[]::new) : null;
    formCounts = told ? all.values().stream().mapToLong(Long::longValue).toArray() : null;
  }

  private void addTo(PlaceSample sample) {
    for (int i = 0; i < words.length; i++) {
      sample.add(words[i], lengths[i]);
    }
  }

  private void addTo(Map<String, Long> all) {
    for (int i = 0; i < forms.length; i++) {
      all.merge(forms[i], formCounts[i], Long::sum);
    }
  }
}
