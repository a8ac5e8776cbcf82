# Compiler, flags, modes, packages. MODE is one of the five below.
MODE ?= release
BUILD := build/$(MODE)
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
PKG_CONFIG ?= pkg-config
PYTHON ?= /usr/bin/python3

PACKAGES := libwebsockets libuv openssl opus ogg sqlite3 jansson libutf8proc \
	libconfig libzip sndfile speexdsp libpulse libqrencode glib-2.0 pangocairo cairo-pdf
TEST_PACKAGES := cmocka
# Sound without PulseAudio; chibo is built without it where it is missing.
PORTAUDIO := $(shell $(PKG_CONFIG) --exists portaudio-2.0 && echo portaudio-2.0)

# Debian packages: what builds and runs it, and what its tests need on top.
DEBIAN_BUILD := gcc make pkg-config git ca-certificates libwebsockets-dev \
	libwebsockets-evlib-uv libuv1-dev libssl-dev libopus-dev libogg-dev libsqlite3-dev \
	libjansson-dev libutf8proc-dev libconfig-dev libzip-dev libsndfile1-dev \
	libspeexdsp-dev libpulse-dev portaudio19-dev libqrencode-dev libcsv-dev libglib2.0-dev \
	libpango1.0-dev fonts-liberation2 tzdata gettext libcmocka-dev \
	python3-pytest python3-websockets python3-openssl python3-numpy \
	sqlite3 pulseaudio pulseaudio-utils belenios-tool \
	poppler-utils libreoffice-writer-nogui libfaketime \
	libengine-pkcs11-openssl softhsm2 opensc opus-tools ffmpeg
DEBIAN_TOOLS := clang clang-tidy clang-format cppcheck lcov libclang-rt-14-dev \
	man-db mandoc

# Servers of others that make bench-relay measures beside ours.
DEBIAN_PEERS := mumble-server \
	mosquitto

BASE_FLAGS := -std=c11 -D_GNU_SOURCE -I. -MMD -MP -fvisibility=hidden \
	-fstack-protector-strong -fno-common
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef -Wcast-align \
	-Wcast-qual -Wwrite-strings -Wformat=2 -Wswitch-enum -Wnull-dereference \
	-Wimplicit-fallthrough -Werror

MODE_release := -O2 -g -D_FORTIFY_SOURCE=2
MODE_debug := -O0 -g
MODE_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined
MODE_tsan := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
MODE_coverage := -O0 -g --coverage
ifndef MODE_$(MODE)
$(error unknown MODE '$(MODE)': release, debug, asan, tsan or coverage)
endif
MODE_FLAGS := $(MODE_$(MODE))

PACKAGE_CFLAGS = $(shell $(PKG_CONFIG) --cflags $(PACKAGES) $(TEST_PACKAGES) 2>/dev/null | sed 's/-I/-isystem /g')
# A program depends on what it uses of them, no more.
LIBS = -Wl,--as-needed $(shell $(PKG_CONFIG) --libs $(PACKAGES) $(PORTAUDIO)) -lcsv -lm -lpthread
VERIFY_PACKAGES := openssl jansson libutf8proc libconfig libzip glib-2.0
VERIFY_LIBS = $(shell $(PKG_CONFIG) --libs $(VERIFY_PACKAGES))
TEST_LIBS = $(shell $(PKG_CONFIG) --libs $(TEST_PACKAGES))
