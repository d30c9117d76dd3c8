package org.seqlm;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Keeps the processor time that each class of tests took of its process, which a busy machine
 * changes little. A line in {@code target/test-times}, a file a process: seconds of the tests
 * without a tag, seconds of those with one, class. {@code .ci/run} tells of the largest.
 */
public final class TestTimes
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Of a class: its process's time when it began; of a test, likewise. */
  private static final String STARTED = "started";

  /** Of a class: what its tests with a tag took. */
  private static final String TAGGED = "tagged";

  private static ExtensionContext.Store store(ExtensionContext context, Object of) {
    return context.getStore(ExtensionContext.Namespace.create(TestTimes.class, of));
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    ExtensionContext.Store store = store(context, context.getRequiredTestClass());
    store.put(STARTED, SYSTEM.getProcessCpuTime());
    store.put(TAGGED, new AtomicLong());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    store(context, context.getUniqueId()).put(STARTED, SYSTEM.getProcessCpuTime());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (!context.getTags().isEmpty()) {
      long started = store(context, context.getUniqueId()).get(STARTED, long.class);
      store(context, context.getRequiredTestClass())
          .get(TAGGED, AtomicLong.class)
          .addAndGet(SYSTEM.getProcessCpuTime() - started);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    ExtensionContext.Store store = store(context, context.getRequiredTestClass());
    long all = SYSTEM.getProcessCpuTime() - store.get(STARTED, long.class);
    long tagged = store.get(TAGGED, AtomicLong.class).get();
    Path folder = Files.createDirectories(Path.of("target", "test-times"));
    Files.writeString(
        folder.resolve(ProcessHandle.current().pid() + ".tsv"),
        String.format(
            Locale.ROOT,
            "%.1f\t%.1f\t%s\n",
            (all - tagged) / 1e9,
            tagged / 1e9,
            context.getRequiredTestClass().getName()),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
