package org.seqlm.profile;

import java.util.Arrays;
import org.seqlm.text.Hash128;

/**
 * Makes findings of rows of words: each word's rows together, those of one group in the order of
 * the text. A row has what a stretch of the text knows of a word in a group. Not thread-safe.
 */
public final class WordFold {
  private static final int BATCH = 1 << 14;

  /**
   * What is asked for.
   *
   * @param points of growth, rising
   * @param places of the groups on an axis; null where they have none, and there are no trends
   * @param groupTokens words of each group // (groups)
   * @param minCount of words that are told of
   * @param minDocuments of words that are told of
   * @param mostTop words told by count
   * @param mostTrends words told by trend
   * @param seed of the halves
   */
  public record Question(
      long[] points,
      double[] places,
      long[] groupTokens,
      long minCount,
      long minDocuments,
      int mostTop,
      int mostTrends,
      long seed)
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;
  }

  private final Question question;
  private final WordFindings findings;
  private final long[] batch = new long[BATCH];
  private int batched;

  private byte[] word;
  private long count;
  private long documents;
  private long first;
  private int firstGroup;
  private final long[] groupCounts;
  private final long[] lastDocuments;
  private final int[] touched; // groups of the word
  private int groups;

  public WordFold(Question question) {
    this.question = question;
    int n = question.groupTokens().length;
    findings =
        new WordFindings(question.points().length, n, question.mostTop(), question.mostTrends());
    groupCounts = new long[n];
    lastDocuments = new long[n];
    touched = new int[n];
  }

  /**
   * A row.
   *
   * @param utf8 the word
   * @param times how often it stands there
   * @param inDocuments how many documents of the stretch have it
   * @param firstDocument the first of them, by its place in the whole text
   * @param lastDocument the last of them, likewise
   * @param position of its first token, from 0, among all of the text
   */
  public void row(
      byte[] utf8,
      int group,
      long times,
      long inDocuments,
      long firstDocument,
      long lastDocument,
      long position) {
    if (word == null || !Arrays.equals(word, utf8)) {
      end();
      word = utf8;
      first = Long.MAX_VALUE;
    }
    boolean known = groupCounts[group] > 0;
    if (!known) {
      touched[groups++] = group;
    }
    groupCounts[group] += times;
    count += times;
    // A document that goes on from an earlier stretch was counted there.
    documents += inDocuments - (known && lastDocuments[group] == firstDocument ? 1 : 0);
    lastDocuments[group] = known ? Math.max(lastDocument, lastDocuments[group]) : lastDocument;
    if (position < first) {
      first = position;
      firstGroup = group;
    }
  }

  private void end() {
    if (word == null) {
      return;
    }
    batch[batched++] = count;
    if (batched == BATCH) {
      flush();
    }
    long half = HalvedRanks.half(Hash128.of(word, 0, word.length), count, question.seed());
    findings.halves.add(half, count - half);
    int point = Arrays.binarySearch(question.points(), first + 1);
    findings.growth[point >= 0 ? point : -point - 1]++;
    findings.groupNew[firstGroup]++;
    for (int i = 0; i < groups; i++) {
      findings.groupTypes[touched[i]]++;
    }
    if (count >= question.minCount() && documents >= question.minDocuments()) {
      findings.frequent++;
      WordFindings.keep(
          findings.top, new WordFindings.Word(word, count, documents, 0, null), question.mostTop());
      trend();
    }
    for (int i = 0; i < groups; i++) {
      groupCounts[touched[i]] = 0;
    }
    groups = 0;
    count = 0;
    documents = 0;
  }

  private void trend() {
    if (question.places() == null) {
      return;
    }
    RateTrend trend = RateTrend.of(question.places(), groupCounts, question.groupTokens());
    if (trend != null) {
      findings.tested++;
      WordFindings.keep(
          findings.trends,
          new WordFindings.Word(word, count, documents, trend.t(), groupCounts.clone()),
          question.mostTrends());
    }
  }

  private void flush() {
    findings.frequencies.add(Arrays.copyOf(batch, batched));
    batched = 0;
  }

  /** The findings, after all rows. */
  public WordFindings take() {
    end();
    word = null;
    flush();
    return findings;
  }
}
