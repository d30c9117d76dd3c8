package org.seqlm.ngram.arpa;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenTable;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/**
 * Makes a model of the n-grams of an ARPA file, which come order by order and, within an order, in
 * any order: a trie of contexts read backwards, of which every level is sorted when its section is
 * read. It is not {@link BackoffModel}'s, which takes contexts with their followers and in their
 * order only, but what brings them into it.
 */
final class ArpaTrie {
  private static final int NONE = -1;

  private final String name;
  private final int order;
  private final TokenTable words;
  private final float[] unigrams; // log10 p by id; NaN for a reserved word the file lacks
  private final Contexts[] levels; // the contexts of 0, 1, ... order - 1 words

  /**
   * Contexts of one length m, sorted by (context without its farthest word, farthest word). Those
   * of one word are all unigrams, at their ids.
   */
  private static final class Contexts {
    int size;
    int[] words; // the farthest word // (size)
    float[] backoffs; // (size)
    int[] children; // where longer contexts begin in the next level // (size + 1)
    int[] begins; // where followers begin // (size + 1)
    int[] followers = new int[0];
    float[] probabilities = new float[0];
  }

  /**
   * @param name of the file, shown in messages
   * @param order N of the file
   * @param words all unigrams by id, three reserved ones first
   * @param unigrams log10 p, NaN for none; kept // (words)
   * @param backoffs log10 γ; kept // (words)
   */
  ArpaTrie(String name, int order, TokenTable words, float[] unigrams, float[] backoffs) {
    this.name = name;
    this.order = order;
    this.words = words;
    this.unigrams = unigrams;
    levels = new Contexts[order];
    Contexts root = new Contexts();
    root.size = 1;
    levels[0] = root;
    if (order > 1) {
      Contexts singles = new Contexts();
      singles.size = words.size();
      singles.words = new int[singles.size];
      Arrays.setAll(singles.words, id -> id);
      singles.backoffs = backoffs;
      singles.begins = new int[singles.size + 1];
      levels[1] = singles;
    }
  }

  /**
   * Adds the n-grams of the next order, from 2 on.
   *
   * @param rows spent on return
   * @throws UserException with exit code 3 if a context is missing, an n-gram stands there twice,
   *     or a level is full
   */
  void add(ArpaRows rows) {
    int n = rows.order();
    int[] parents = n < order ? suffixes(n, rows) : null;
    followers(n, rows);
    if (n < order) {
      contexts(n, rows, parents);
    }
  }

  /** The context of {@code length} words that end before {@code words[last + 1][i]}, or -1. */
  private int find(int[][] words, int i, int last, int length) {
    int node = words[last][i];
    for (int m = 2; m <= length && node >= 0; m++) {
      node = child(m, node, words[last - m + 1][i]);
    }
    return node;
  }

  private int child(int m, int node, int word) {
    int[] children = levels[m - 1].children;
    int found = Arrays.binarySearch(levels[m].words, children[node], children[node + 1], word);
    return found < 0 ? NONE : found;
  }

  /**
   * Where the n-grams without their first words are as contexts. Where one was pruned, it becomes a
   * context without followers, which changes no probability.
   */
  private int[] suffixes(int n, ArpaRows rows) {
    int[] parents = new int[rows.size];
    List<int[]> missing = new ArrayList<>();
    for (int i = 0; i < rows.size; i++) {
      parents[i] = find(rows.words, i, n - 1, n - 1);
      if (parents[i] == NONE) {
        int[] reversed = new int[n - 1];
        for (int m = 0; m < n - 1; m++) {
          reversed[m] = rows.words[n - 1 - m][i];
        }
        missing.add(reversed);
      }
    }
    if (missing.isEmpty()) {
      return parents;
    }
    for (int m = 2; m < n; m++) {
      insert(m, missing);
    }
    for (int i = 0; i < rows.size; i++) {
      parents[i] = find(rows.words, i, n - 1, n - 1);
    }
    return parents;
  }

  /** Adds the first {@code m} words of these contexts to level m; level m-1 has theirs. */
  private void insert(int m, List<int[]> reversed) {
    long[] keys = new long[reversed.size()];
    int wanted = 0;
    for (int[] context : reversed) {
      int node = context[0];
      for (int k = 2; k < m; k++) {
        node = child(k, node, context[k - 1]);
      }
      if (child(m, node, context[m - 1]) == NONE) {
        keys[wanted++] = key(node, context[m - 1]);
      }
    }
    keys = Arrays.stream(keys, 0, wanted).sorted().distinct().toArray();
    Contexts level = levels[m];
    Contexts above = levels[m - 1];
    long size = (long) level.size + keys.length;
    if (size > BackoffModel.MAX_ENTRIES) {
      throw UserException.data(
          name
              + " needs "
              + size
              + " contexts of "
              + m
              + " words, but a model in memory holds at most "
              + BackoffModel.MAX_ENTRIES
              + ": prune the model");
    }
    Contexts grown = new Contexts();
    grown.size = (int) size;
    grown.words = new int[grown.size];
    grown.backoffs = new float[grown.size];
    grown.begins = new int[grown.size + 1];
    grown.children = level.children == null ? null : new int[grown.size + 1];
    grown.followers = level.followers;
    grown.probabilities = level.probabilities;
    int[] children = new int[above.size + 1];
    int at = 0;
    int added = 0;
    for (int node = 0; node < above.size; node++) {
      int old = above.children[node];
      while (true) {
        boolean anOld = old < above.children[node + 1];
        boolean aNew = added < keys.length && (int) (keys[added] >>> 32) == node;
        if (!anOld && !aNew) {
          break;
        }
        if (anOld && (!aNew || level.words[old] < (int) keys[added])) {
          grown.words[at] = level.words[old];
          grown.backoffs[at] = level.backoffs[old];
          old++;
        } else {
          grown.words[at] = (int) keys[added++];
        }
        at++;
        grown.begins[at] = level.begins[old];
        if (grown.children != null) {
          grown.children[at] = level.children[old];
        }
      }
      children[node + 1] = at;
    }
    above.children = children;
    levels[m] = grown;
  }

  private static long key(int node, int word) {
    return (long) node << 32 | word;
  }

  /** Puts the n-grams below their contexts of n-1 words. */
  private void followers(int n, ArpaRows rows) {
    long[] keys = new long[rows.size];
    for (int i = 0; i < rows.size; i++) {
      int node = find(rows.words, i, n - 2, n - 1);
      if (node == NONE) {
        StringBuilder context = new StringBuilder();
        for (int k = 0; k < n - 1; k++) {
          context.append(k == 0 ? "" : " ").append(word(rows.words[k][i]));
        }
        throw rows.problem(
            i,
            "has an n-gram after \""
                + context
                + "\", which is no "
                + (n - 1)
                + "-gram of the file: the context of every n-gram must be one");
      }
      keys[i] = key(node, rows.words[n - 1][i]);
    }
    // The keys hold the words now, but for the first one, which contexts() needs.
    Arrays.fill(rows.words, n < order ? 1 : 0, n, null);
    int[] places = KeySort.sort(keys, rows.size);
    Contexts level = levels[n - 1];
    level.followers = new int[rows.size];
    level.probabilities = new float[rows.size];
    for (int i = 0; i < rows.size; i++) {
      int place = places == null ? i : places[i];
      if (i > 0 && keys[i - 1] == keys[i]) {
        throw rows.problem(place, "has an n-gram a second time");
      }
      level.followers[i] = (int) keys[i];
      level.probabilities[i] = rows.probabilities[place];
      level.begins[(int) (keys[i] >>> 32) + 1]++;
    }
    for (int node = 0; node < level.size; node++) {
      level.begins[node + 1] += level.begins[node];
    }
  }

  private String word(int id) {
    return new String(
        words.arena(), words.start(id), words.end(id) - words.start(id), StandardCharsets.UTF_8);
  }

  /** The n-grams as contexts of n words. */
  private void contexts(int n, ArpaRows rows, int[] parents) {
    long[] keys = new long[rows.size];
    for (int i = 0; i < rows.size; i++) {
      keys[i] = key(parents[i], rows.words[0][i]);
    }
    int[] places = KeySort.sort(keys, rows.size);
    Contexts level = new Contexts();
    level.size = rows.size;
    level.words = new int[level.size];
    level.backoffs = new float[level.size];
    level.begins = new int[level.size + 1];
    Contexts above = levels[n - 1];
    above.children = new int[above.size + 1];
    for (int i = 0; i < level.size; i++) {
      level.words[i] = (int) keys[i];
      level.backoffs[i] = rows.backoffs[places == null ? i : places[i]];
      above.children[(int) (keys[i] >>> 32) + 1]++;
    }
    for (int node = 0; node < above.size; node++) {
      above.children[node + 1] += above.children[node];
    }
    levels[n] = level;
  }

  /** The model of all n-grams that were added; the trie is spent. */
  BackoffModel model() {
    Vocabulary vocabulary = Vocabularies.unpack(3, PackedTokens.of(words, new long[words.size()]));
    BackoffModel.Builder builder =
        new BackoffModel.Builder(
            order, vocabulary, Passages.of(Boundary.LINE, vocabulary), order + "-gram arpa");
    int[] ids = new int[unigrams.length];
    int known = 0;
    for (int id = 0; id < unigrams.length; id++) {
      if (!Float.isNaN(unigrams[id])) {
        unigrams[known] = unigrams[id];
        ids[known++] = id;
      }
    }
    builder.context(1, new int[0], known, ids, unigrams, 0);
    // A context says nothing that has no follower, no weight and no longer context that does.
    boolean[][] used = new boolean[order][];
    for (int m = order - 1; m >= 1; m--) {
      Contexts level = levels[m];
      used[m] = new boolean[level.size];
      for (int i = 0; i < level.size; i++) {
        boolean says = level.backoffs[i] != 0 || level.begins[i] < level.begins[i + 1];
        if (!says && m < order - 1) {
          for (int k = level.children[i]; k < level.children[i + 1] && !says; k++) {
            says = used[m + 1][k];
          }
        }
        used[m][i] = says;
      }
    }
    int[][] parents = new int[order][];
    for (int m = 1; m < order; m++) {
      Contexts level = levels[m];
      parents[m] = new int[level.size];
      if (m > 1) {
        int[] children = levels[m - 1].children;
        for (int node = 0; node < levels[m - 1].size; node++) {
          Arrays.fill(parents[m], children[node], children[node + 1], node);
        }
      }
      int[] reversed = new int[m];
      for (int i = 0; i < level.size; i++) {
        if (!used[m][i]) {
          continue;
        }
        int at = i;
        for (int k = m; k >= 1; k--) {
          reversed[k - 1] = levels[k].words[at];
          at = parents[k][at];
        }
        int from = level.begins[i];
        int to = level.begins[i + 1];
        builder.context(
            m + 1,
            reversed,
            to - from,
            Arrays.copyOfRange(level.followers, from, to),
            Arrays.copyOfRange(level.probabilities, from, to),
            level.backoffs[i]);
      }
      level.followers = null;
      level.probabilities = null;
    }
    return builder.build();
  }
}
