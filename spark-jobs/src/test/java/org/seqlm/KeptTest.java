package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeptTest {
  @Test
  void theLongestUnusedGoesFirst() throws IOException {
    Kept<String> kept = new Kept<>(2);
    List<String> opened = new ArrayList<>();
    for (String key : List.of("a", "b", "a", "c", "a", "b")) {
      String value =
          kept.open(
              key,
              () -> {
                opened.add(key);
                return key.toUpperCase(java.util.Locale.ROOT);
              });
      assertThat(value).isEqualToIgnoringCase(key);
    }
    assertThat(opened).containsExactly("a", "b", "c", "b");
    kept.clear();
    kept.open("b", () -> "anew");
    assertThat(kept.open("b", () -> "again")).isEqualTo("anew");
  }

  @Test
  void whatFailedIsTriedAgain() throws IOException {
    Kept<String> kept = new Kept<>(1);
    assertThatThrownBy(
            () ->
                kept.open(
                    "a",
                    () -> {
                      throw new IOException("reset");
                    }))
        .hasMessage("reset");
    assertThat(kept.open("a", () -> "A")).isEqualTo("A");
  }

  /** All that begin together have the same, which one of them opened. */
  @Test
  void tasksOfAProcessOpenOnce() throws Exception {
    Kept<Object> kept = new Kept<>(1);
    AtomicInteger opened = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(8);
    ExecutorService tasks = Executors.newFixedThreadPool(8);
    try {
      List<Future<Object>> values = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        values.add(
            tasks.submit(
                () -> {
                  all.countDown();
                  all.await();
                  return kept.open(
                      "a",
                      () -> {
                        opened.incrementAndGet();
                        return new Object();
                      });
                }));
      }
      for (Future<Object> value : values) {
        assertThat(value.get()).isSameAs(values.get(0).get());
      }
    } finally {
      tasks.shutdown();
    }
    assertThat(opened).hasValue(1);
  }
}
