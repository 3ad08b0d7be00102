package com.example.review;

import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** Each method holds its thread. */
public final class BlockingReport {

    private final Items items;
    private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();

    public BlockingReport(Items items) {
        this.items = items;
    }

    public Item blocks(UUID id) {
        return items.findById(id).block();
    }

    public void sleeps() throws InterruptedException {
        Thread.sleep(1);
    }

    public Item waitsForAFuture(UUID id) {
        CompletableFuture<Item> item = items.findById(id).toFuture();
        return item.join();
    }

    public void waitsForALatch(CountDownLatch latch) throws InterruptedException {
        latch.await();
    }

    public String waitsForAQueue() throws InterruptedException {
        return queue.take();
    }
}
