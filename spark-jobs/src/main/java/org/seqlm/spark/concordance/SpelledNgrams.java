package org.seqlm.spark.concordance;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.ngrams.SliceFiles;
import org.seqlm.spark.task.TaskEnd;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.VocabularyReader;
import scala.Tuple2;

/**
 * The words of n-grams of ids: the vocabulary is read as a stream, a shuffle by id brings each word
 * to the places where it stands, in which it comes first, and another by n-gram brings its words
 * together. No task holds the vocabulary, nor all places of a word.
 */
final class SpelledNgrams {
  private static final int WORD = 0;
  private static final int USE = 1;

  private SpelledNgrams() {}

  /** Ids of an n-gram in their order. */
  @FunctionalInterface
  interface Ids extends Serializable {
    int[] of(String ngram);
  }

  /**
   * Spells them.
   *
   * @param ngrams by ids, none twice
   * @return each of them with its words
   */
  static JavaPairRDD<String, String> of(
      JavaSparkContext spark, NgramArtifact counts, JavaPairRDD<String, long[]> ngrams, Ids ids)
      throws IOException {
    int tasks = ngrams.getNumPartitions();
    String space = counts.details().rules().kind() == TokenizerKind.CHAR ? "" : " ";
    JavaPairRDD<Tuple2<Integer, Integer>, Tuple2<Integer, String>> uses =
        ngrams.flatMapToPair(
            ngram -> {
              List<Tuple2<Tuple2<Integer, Integer>, Tuple2<Integer, String>>> all =
                  new ArrayList<>();
              int[] each = ids.of(ngram._1());
              for (int i = 0; i < each.length; i++) {
                all.add(new Tuple2<>(new Tuple2<>(each[i], USE), new Tuple2<>(i, ngram._1())));
              }
              return all.iterator();
            });
    return words(spark, counts)
        .union(uses)
        .repartitionAndSortWithinPartitions(
            Shuffles.<Tuple2<Integer, Integer>>by(key -> key._1() % tasks, tasks), new WordFirst())
        .mapPartitionsToPair(Placed::new)
        .groupByKey(tasks)
        .mapValues(words -> spelled(words, space));
  }

  private static String spelled(Iterable<Tuple2<Integer, String>> words, String space) {
    List<Tuple2<Integer, String>> ordered = new ArrayList<>();
    words.forEach(ordered::add);
    ordered.sort(Comparator.comparingInt(Tuple2::_1));
    return String.join(space, ordered.stream().map(Tuple2::_2).toList());
  }

  private static JavaPairRDD<Tuple2<Integer, Integer>, Tuple2<Integer, String>> words(
      JavaSparkContext spark, NgramArtifact counts) throws IOException {
    SliceFiles files = SliceFiles.stored(counts);
    TokenizerKind kind = counts.details().rules().kind();
    String name = counts.artifact().shown(Vocabularies.FILE_NAME);
    SharedSettings conf = new SharedSettings(spark.hadoopConfiguration());
    return spark
        .parallelize(List.of(0), 1)
        .mapPartitionsToPair(
            one -> {
              InputStream in = files.open(Vocabularies.FILE_NAME, conf.value());
              TaskEnd.close(in);
              return new Words(new VocabularyReader(kind, in, name));
            });
  }

  /** A word of the vocabulary after the other, by its id. */
  private static final class Words
      implements Iterator<Tuple2<Tuple2<Integer, Integer>, Tuple2<Integer, String>>> {
    private final VocabularyReader words;
    private int id = -1;
    private boolean ready;

    Words(VocabularyReader words) {
      this.words = words;
    }

    @Override
    public boolean hasNext() {
      try {
        if (!ready && words.next()) {
          id++;
          ready = true;
        }
        return ready;
      } catch (IOException e) {
        VerifiedStream.throwIfDamaged(e);
        throw new UncheckedIOException(e);
      } catch (RuntimeException e) {
        VerifiedStream.throwIfDamaged(e);
        throw e;
      }
    }

    @Override
    public Tuple2<Tuple2<Integer, Integer>, Tuple2<Integer, String>> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      ready = false;
      return new Tuple2<>(
          new Tuple2<>(id, WORD),
          new Tuple2<>(0, new String(words.token(), StandardCharsets.UTF_8)));
    }
  }

  /** Gives each place of an n-gram its word, which comes before its places. */
  private static final class Placed implements Iterator<Tuple2<String, Tuple2<Integer, String>>> {
    private final Iterator<Tuple2<Tuple2<Integer, Integer>, Tuple2<Integer, String>>> sorted;
    private int id = -1;
    private String word;
    private Tuple2<String, Tuple2<Integer, String>> ready;

    Placed(Iterator<Tuple2<Tuple2<Integer, Integer>, Tuple2<Integer, String>>> sorted) {
      this.sorted = sorted;
    }

    @Override
    public boolean hasNext() {
      while (ready == null && sorted.hasNext()) {
        Tuple2<Tuple2<Integer, Integer>, Tuple2<Integer, String>> next = sorted.next();
        if (next._1()._2() == WORD) {
          id = next._1()._1();
          word = next._2()._2();
        } else if (next._1()._1() != id) {
          throw new IllegalStateException("no word has id " + next._1()._1());
        } else {
          ready = new Tuple2<>(next._2()._2(), new Tuple2<>(next._2()._1(), word));
        }
      }
      return ready != null;
    }

    @Override
    public Tuple2<String, Tuple2<Integer, String>> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Tuple2<String, Tuple2<Integer, String>> next = ready;
      ready = null;
      return next;
    }
  }

  private static final class WordFirst
      implements Comparator<Tuple2<Integer, Integer>>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(Tuple2<Integer, Integer> a, Tuple2<Integer, Integer> b) {
      int byId = Integer.compare(a._1(), b._1());
      return byId != 0 ? byId : Integer.compare(a._2(), b._2());
    }
  }
}
