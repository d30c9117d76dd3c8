package org.seqlm.profile;

import java.io.IOException;
import java.util.Arrays;
import org.seqlm.text.Hash128;

/**
 * Makes findings of rows of words: each word's rows together, those of one group in the order of
 * the text. A row has what a stretch of the text knows of a word in a group. Not thread-safe.
 */
public final class WordFold {
  /** The group of a row that is of a held-out text: it counts there, and for nothing else. */
  public static final int HELD_OUT = -1;

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
  private final CountedWord.Sink sink;
  private final WordFindings findings;
  private final long[] batch = new long[BATCH];
  private int batched;

  private byte[] word;
  private long count;
  private long documents;
  private long heldOut; // tokens of the word there
  private final long[] groupCounts;
  private final long[] groupDocuments;
  private final long[] groupFirsts;
  private final long[] lastDocuments;
  private final int[] touched; // groups of the word
  private int groups;

  /** A fold whose words nobody else wants. */
  public WordFold(Question question) {
    this(question, word -> {});
  }

  /** A fold that hands all words on, in the order in which they come. */
  public WordFold(Question question, CountedWord.Sink sink) {
    this.question = question;
    this.sink = sink;
    int n = question.groupTokens().length;
    findings =
        new WordFindings(question.points().length, n, question.mostTop(), question.mostTrends());
    groupCounts = new long[n];
    groupDocuments = new long[n];
    groupFirsts = new long[n];
    lastDocuments = new long[n];
    touched = new int[n];
  }

  /**
   * A row.
   *
   * @param utf8 the word
   * @param group of the stretch, or {@link #HELD_OUT}, of which no more than the times count
   * @param times how often it stands there
   * @param inDocuments how many documents of the stretch have it
   * @param firstDocument the first of them, by its place in the whole text
   * @param lastDocument the last of them, likewise
   * @param position of its first token, from 0, among all of the text
   * @throws IOException as who takes the words does
   */
  public void row(
      byte[] utf8,
      int group,
      long times,
      long inDocuments,
      long firstDocument,
      long lastDocument,
      long position)
      throws IOException {
    if (word == null || !Arrays.equals(word, utf8)) {
      end();
      word = utf8;
    }
    if (group == HELD_OUT) {
      heldOut += times;
      return;
    }
    boolean known = groupCounts[group] > 0;
    if (!known) {
      touched[groups++] = group;
    }
    groupCounts[group] += times;
    count += times;
    // A document that goes on from an earlier stretch was counted there.
    long more = inDocuments - (known && lastDocuments[group] == firstDocument ? 1 : 0);
    groupDocuments[group] += more;
    documents += more;
    lastDocuments[group] = known ? Math.max(lastDocument, lastDocuments[group]) : lastDocument;
    groupFirsts[group] = known ? Math.min(position, groupFirsts[group]) : position;
  }

  private void end() throws IOException {
    if (word == null) {
      return;
    }
    if (heldOut > 0) {
      findings.heldOut.merge(count, heldOut, Long::sum);
      heldOut = 0;
    }
    if (count == 0) {
      return;
    }
    Arrays.sort(touched, 0, groups);
    long first = Long.MAX_VALUE;
    int firstGroup = 0;
    for (int i = 0; i < groups; i++) {
      if (groupFirsts[touched[i]] < first) {
        first = groupFirsts[touched[i]];
        firstGroup = touched[i];
      }
    }
    sink.word(
        new CountedWord(
            word,
            Arrays.copyOf(touched, groups),
            of(groupCounts),
            of(groupDocuments),
            of(groupFirsts)));
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
      groupDocuments[touched[i]] = 0;
    }
    groups = 0;
    count = 0;
    documents = 0;
  }

  private long[] of(long[] byGroup) {
    return Arrays.stream(touched, 0, groups).mapToLong(group -> byGroup[group]).toArray();
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
  public WordFindings take() throws IOException {
    end();
    word = null;
    flush();
    return findings;
  }
}
