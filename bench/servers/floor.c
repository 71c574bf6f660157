/* The floor: what N deliveries cost if a server does nothing but send() the same frame to N sockets.
 *
 *   floor PORT N FRAMES INTERVAL_MS
 *
 * It accepts N WebSocket clients, waits one second, sends FRAMES frames of 200 bytes with their number in the first eight, and
 * then waits for SIGTERM. It reads no frame and handles no error: no server can do less.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PAYLOAD = 200, HEADER = 4 };

/* The answer to the key that the load generator sends, the standard's example. */
static const char ANSWER[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

static void sleep_ms(long ms) {
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static int listening(int port) {
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) {
        perror("floor");
        exit(1);
    }
    return listener;
}

static int accepted(int listener) {
    char request[4096];
    size_t used = 0;
    int one = 1, fd = accept(listener, NULL, NULL);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    while (!memmem(request, used, "\r\n\r\n", 4)) {
        ssize_t got = recv(fd, request + used, sizeof request - used, 0);
        if (got <= 0) exit(1);
        used += (size_t)got;
    }
    send(fd, ANSWER, sizeof ANSWER - 1, 0);
    return fd;
}

int main(int count, char **arguments) {
    if (count != 5) return 2;
    int listener = listening(atoi(arguments[1])), n = atoi(arguments[2]);
    int *readers = calloc((size_t)n, sizeof *readers);
    for (int i = 0; i < n; i++) readers[i] = accepted(listener);
    sleep_ms(1000);
    uint8_t frame[HEADER + PAYLOAD] = {0x82, 126, 0, PAYLOAD};
    long frames = atol(arguments[3]), interval_ms = atol(arguments[4]);
    for (long number = 1; number <= frames; number++) {
        for (int i = 0; i < 8; i++) frame[HEADER + i] = (uint8_t)(number >> (56 - 8 * i));
        for (int i = 0; i < n; i++) send(readers[i], frame, sizeof frame, MSG_NOSIGNAL);
        sleep_ms(interval_ms);
    }
    for (;;) pause();
}
