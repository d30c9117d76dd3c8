package org.seqlm.spark.words;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.artifact.ArtifactPlace;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.spark.task.TaskEnd;
import org.seqlm.vocab.NumberedWords;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyReader;

/**
 * The words of counted n-grams where their folder has them, with how often each stands in the text
 * that was counted: what {@link NgramArtifact#countedVocabulary} holds in memory, one task reads
 * from the vocabulary's file and that of the unigrams beside each other.
 */
public final class CountedWords implements WordsById {
  private final JavaSparkContext spark;
  private final NgramArtifact counts;
  private final long bytes;

  /** Of counts whose folder tasks can read. */
  public CountedWords(JavaSparkContext spark, NgramArtifact counts) {
    this.spark = spark;
    this.counts = counts;
    // A line of the file has 23 bytes beside the word and the digits of its count.
    this.bytes =
        counts.artifact().manifest().files().stream()
            .filter(file -> file.path().equals(Vocabularies.FILE_NAME))
            .mapToLong(file -> file.bytes())
            .sum();
  }

  @Override
  public int size() {
    return counts.details().vocabularySize();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public Vocabulary vocabulary() throws IOException {
    return counts.countedVocabulary();
  }

  @Override
  public JavaRDD<NumberedWords> numbered(int number) {
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    ArtifactPlace place = ArtifactPlace.of(counts.artifact());
    return spark
        .parallelize(List.of(number), 1)
        .flatMap(
            one -> {
              Reading reading = new Reading(opened(place, hadoop.value()), one);
              TaskEnd.close(reading);
              return reading;
            });
  }

  private static NgramArtifact opened(ArtifactPlace place, Configuration conf) throws IOException {
    NgramArtifact counts = NgramArtifact.open(conf, place.folder());
    place.requireSame(counts.artifact());
    return counts;
  }

  /** Reads both files once. */
  private static final class Reading implements Iterator<NumberedWords>, Closeable {
    private final int number;
    private final NgramDetails details;
    private final int reserved;
    private final InputStream vocabulary;
    private final InputStream unigrams;
    private final VocabularyReader words;
    private final UnigramCounts.Cursor counted;
    private int id; // of the next word
    private int countedId = -1; // where the counts are

    Reading(NgramArtifact counts, int number) throws IOException {
      this.number = number;
      this.details = counts.details();
      this.reserved = Vocabulary.reservedTokens(details.rules().kind()).size();
      this.vocabulary = counts.artifact().openVerified(Vocabularies.FILE_NAME);
      this.unigrams = counts.artifact().openVerified(NgramFiles.UNIGRAM_COUNTS);
      this.words =
          new VocabularyReader(
              details.rules().kind(), vocabulary, counts.artifact().shown(Vocabularies.FILE_NAME));
      this.counted = UnigramCounts.cursor(unigrams, details.vocabularySize());
    }

    @Override
    public boolean hasNext() {
      return id < details.vocabularySize();
    }

    @Override
    public NumberedWords next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int first = id;
      PackedTokens.Builder block = new PackedTokens.Builder();
      try {
        while (hasNext() && !WordCounting.full(block)) {
          if (!words.next()) {
            throw new IOException("the vocabulary is cut short");
          }
          block.add(words.token(), 0, words.token().length, count());
          id++;
        }
        if (!hasNext()) {
          close();
        }
      } catch (IOException e) {
        throw failed(e);
      } catch (RuntimeException e) {
        failed(new IOException(e));
        throw e;
      }
      return NumberedWords.from(number, first, block.take());
    }

    /** Of reserved words that are no part of any n-gram the vocabulary says how many there are. */
    private long count() throws IOException {
      boolean here = id >= reserved || (id == 2 && details.boundary() == Boundary.LINE);
      while (countedId < id && counted.next()) {
        countedId = counted.id();
      }
      long raw = countedId == id ? counted.raw() : 0;
      return here ? raw : words.count();
    }

    /** A file that is not what was written may be read as anything. */
    private UncheckedIOException failed(IOException problem) {
      try {
        close();
      } catch (IOException e) {
        problem.addSuppressed(e);
      }
      return new UncheckedIOException(problem);
    }

    @Override
    public void close() throws IOException {
      try (unigrams) {
        vocabulary.close();
      }
    }
  }
}
