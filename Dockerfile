# The app in a container: docker build -t draw-a-digit . && docker run -p 8501:8501 draw-a-digit
FROM python:3.13-slim

WORKDIR /src
COPY requirements.lock ./
RUN pip install --no-cache-dir -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps . \
    && useradd --create-home --uid 1000 app \
    && mkdir /data \
    && chown app /data

# The training runs.
ENV MNIST_RUNS_DIR=/data
VOLUME /data

# No code is imported from folders of the user: neither from the home folder’s packages nor from the working folder.
ENV PYTHONNOUSERSITE=1
WORKDIR /
USER 1000
EXPOSE 8501
HEALTHCHECK --start-period=30s CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://localhost:8501/_stcore/health', timeout=3)"]
CMD ["draw-a-digit", "serve"]
